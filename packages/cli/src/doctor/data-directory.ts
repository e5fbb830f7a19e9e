import { unwritableDirectory } from '@fgm/store';
import { accessSync, closeSync, constants, existsSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode } from '../failure.ts';
import { formatBytes } from '../text/quantity.ts';
import { fail, ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';

/** Names of file systems by the magic number of statfs(2), from the kernel's include/uapi/linux/magic.h. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
  [0x00c36400, 'ceph'],
]);

/** What a recording on such a file system has to reckon with. */
const DOUBTS: ReadonlyMap<string, readonly [cost: string, remedy: string]> = new Map([
  ['tmpfs', ['the recording takes memory and is gone after a reboot', 'put it on a disk with --output-dir']],
  ['ramfs', ['the recording takes memory and is gone after a reboot', 'put it on a disk with --output-dir']],
  ['overlay', ['inside a container the recording goes with the container', 'mount a volume or a hostPath there']],
  ['nfs', ['a server that does not answer stalls the writer', 'record to a local disk and copy']],
  ['cifs', ['a server that does not answer stalls the writer', 'record to a local disk and copy']],
  ['smb2', ['a server that does not answer stalls the writer', 'record to a local disk and copy']],
]);

const NAME = 'data directory';
const HAND_OVER = 'give the directory and all in it to the user of the recorder (chown -R)';
const ELSEWHERE = 'choose another --output-dir, or mend its rights';

/** The directory itself, or the nearest that exists above it. */
function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** Writes where a recorder would, and leaves nothing behind; a directory that is not there yet is not made. */
function tryToWrite(outputDir: string, existing: string): void {
  accessSync(existing, constants.W_OK | constants.X_OK);
  if (existing !== outputDir) return;
  const probe = join(outputDir, `.fgm-doctor-${process.pid}`);
  closeSync(openSync(probe, 'wx'));
  rmSync(probe);
}

function checkWritable(outputDir: string, identifier: string, existing: string): Check {
  if (!statSync(existing).isDirectory())
    return fail(NAME, `${existing} is not a directory`, 'nothing can be recorded', ELSEWHERE);
  try {
    tryToWrite(outputDir, existing);
    const closed = existing === outputDir ? unwritableDirectory(outputDir, identifier) : null;
    if (closed !== null) return fail(NAME, `${closed} may not be written`, 'nothing can be recorded', HAND_OVER);
    return ok(NAME, existing === outputDir ? `${outputDir} can be written` : `${outputDir} can be made in ${existing}`);
  } catch (error) {
    return fail(NAME, `${existing} cannot be written (${errorCode(error)})`, 'nothing can be recorded', ELSEWHERE);
  }
}

function checkSpace(existing: string, retentionBytes: number): Check {
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const finding = `${formatBytes(free)} free, a recording may take ${formatBytes(retentionBytes)}`;
  if (free >= retentionBytes) return ok('free space', finding);
  return warn(
    'free space',
    finding,
    'the disk may fill before old files are deleted: the newest data then waits in memory',
    'free some space, or lower --retention-bytes',
  );
}

function checkFileSystem(existing: string): Check {
  const { type } = statfsSync(existing);
  const name = FILE_SYSTEMS.get(type) ?? `unknown (0x${type.toString(16)})`;
  const doubt = DOUBTS.get(name);
  return doubt ? warn('file system', name, ...doubt) : ok('file system', name);
}

export function checkDataDirectory({ outputDir, identifier, retentionBytes }: Examined): readonly Check[] {
  const existing = nearestExisting(outputDir);
  return [
    checkWritable(outputDir, identifier, existing),
    checkSpace(existing, retentionBytes),
    checkFileSystem(existing),
  ];
}
