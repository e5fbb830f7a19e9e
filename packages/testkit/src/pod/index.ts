export { containerSpecification, type PodContext } from './container-specification.ts';
export { quantity, type PodContainerSpec, type PodSpec } from './manifest.ts';
export type { PodContainer } from './pod-container.ts';
export { PodSandbox, type PodOptions } from './pod-sandbox.ts';
export { SECCOMP_PROFILE, seccompFor } from './seccomp-profile.ts';
