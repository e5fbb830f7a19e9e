export { ClusterError } from './cluster-error.ts';
export { KubeClient, type Query } from './kube-client.ts';
export { kubeconfigFiles, readKubeconfig, type KubeconfigFlags, type KubeContext } from './kubeconfig.ts';
export {
  clusterObjects,
  nameOf,
  RUN_ANNOTATION,
  RUN_LABEL,
  SCENARIO_LABEL,
  type ClusterObject,
  type ClusterRun,
} from './objects.ts';
