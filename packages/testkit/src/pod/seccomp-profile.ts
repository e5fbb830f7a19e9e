import { readFileSync } from 'node:fs';

/** Of Debian's golang-github-containers-common: what RuntimeDefault is with Podman and CRI-O, and a sibling of containerd's. */
export const SECCOMP_PROFILE = '/usr/share/containers/seccomp.json';

interface Condition {
  readonly caps?: readonly string[];
  readonly arches?: readonly string[];
}

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  readonly args?: readonly object[] | null;
  readonly includes?: Condition;
  readonly excludes?: Condition;
}

interface Profile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] }[];
  readonly syscalls: readonly Rule[];
}

const ARCHITECTURES: Readonly<Record<string, readonly [name: string, seccomp: string]>> = {
  x64: ['amd64', 'SCMP_ARCH_X86_64'],
  arm64: ['arm64', 'SCMP_ARCH_AARCH64'],
};

/**
 * The profile as runc takes it: without the rules for other CPUs, and for capabilities that the container has not.
 * @param capabilities with CAP_ in front
 */
export function seccompFor(capabilities: readonly string[], file = SECCOMP_PROFILE): object {
  const [arch, name] = ARCHITECTURES[process.arch] ?? [process.arch, ''];
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const map = profile.archMap.find(({ architecture }) => architecture === name);
  if (map === undefined) throw new Error(`${file} knows no CPU ${process.arch}`);
  return {
    defaultAction: profile.defaultAction,
    defaultErrnoRet: profile.defaultErrnoRet,
    architectures: [map.architecture, ...map.subArchitectures],
    syscalls: profile.syscalls
      .filter(({ includes = {}, excludes = {} }) => {
        const included = includes.arches === undefined || includes.arches.includes(arch);
        const excluded = excludes.arches?.includes(arch) === true;
        const has = (capability: string): boolean => capabilities.includes(capability);
        return included && !excluded && (includes.caps ?? []).every(has) && !(excludes.caps ?? []).some(has);
      })
      .map(({ names, action, errnoRet, args }) => ({
        names,
        action,
        ...(errnoRet === undefined ? {} : { errnoRet }),
        ...(args ? { args } : {}),
      })),
  };
}
