export * from './allocation.ts';
export * from './cgroup-sandbox.ts';
export * from './cri-rig.ts';
export * from './demo/index.ts';
export * from './directory-files.ts';
export * from './docker-rig.ts';
export * from './fake-container.ts';
export * from './fake-process.ts';
export * from './fake-tree.ts';
export * from './hostile-bytes.ts';
export * from './nobody.ts';
export * from './patient.ts';
export * from './pod/index.ts';
export * from './podman-rig.ts';
export * from './rigs.ts';
export * from './short-lives.ts';
export * from './trend.ts';
export * from './victim.ts';
// What tests start real parts with.
export {
  RuncContainer,
  allCgroupMounts,
  canCompile,
  cgroupMounts,
  compile,
  containerId,
  hasProgram,
  makeCgroups,
  makeRootfs,
  removeIfEmpty,
  removeTree,
  run,
  whyNoCgroups,
  type Hierarchy,
} from '@fgm/scenarios';
