export { demoScene } from './demo-scene.ts';
export { hybridScene } from './hybrid-scene.ts';
export { SceneRecorder, hierarchiesHere } from './recorded-machine.ts';
export type { Scene } from './scene.ts';
export { systemdScene } from './systemd-scene.ts';
