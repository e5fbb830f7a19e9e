import { SCHEMA_VERSION } from '@fgm/catalog';

/** What is said of files and windows of a recorder that writes them in another way, as a later one may; null when it is ours. */
export function otherVersion(version: string): string | null {
  if (version === String(SCHEMA_VERSION)) return null;
  return `has schema version ${version}; this program reads ${SCHEMA_VERSION}: use the one of the recorder that wrote it`;
}
