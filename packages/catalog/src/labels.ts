import type { Column } from './column.ts';

function label(name: string, help: string): Column {
  return { name, type: 'utf8', kind: 'label', unit: null, help, source: 'recorder' };
}

/** Who a row is about: on every table, in this order, null where unknown. */
export const LABELS: readonly Column[] = [
  label('node', 'Node name given to the recorder, else the host name.'),
  label('cluster', 'Cluster name given to the recorder.'),
  label('namespace', 'Kubernetes namespace.'),
  label('pod', 'Kubernetes pod name.'),
  label('pod_uid', 'Kubernetes pod uid, as in the cgroup path.'),
  label('container', 'Container name; for a service its unit, for the host "host", for a group its directory.'),
  label('container_id', 'Full container id (64 hex digits); the cgroup path for services, groups and the host.'),
  label('qos', 'Kubernetes QoS class: Guaranteed, Burstable or BestEffort.'),
  label('runtime', 'Container runtime: containerd, cri-o, docker, podman, …'),
  label('scope', 'container, sandbox, service, host, or group: the directory above all containers of one kind.'),
  label('cgroup', 'Path of the cgroup below its mount.'),
  label('image', 'What the container was made from, as its runtime names it.'),
  label('labels', 'Labels of the pod, or of the container where there is no pod: a JSON object of texts.'),
  label('annotations', 'Annotations of the pod: a JSON object of texts.'),
];
