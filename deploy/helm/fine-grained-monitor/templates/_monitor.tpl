{{/* What a PodMonitor and a ServiceMonitor have in common: `root`, its values as `of`. */}}
{{- define "fgm.monitorMetadata" -}}
name: {{ include "fgm.fullname" .root }}
namespace: {{ include "fgm.namespace" .root }}
labels:
  {{- mergeOverwrite (include "fgm.labels" .root | fromYaml) (deepCopy .of.labels) | toYaml | nindent 2 }}
{{- with .of.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "fgm.monitorEndpoints" -}}
{{- $ports := list "metrics" }}
{{- if and .root.Values.viewer.enabled (include "fgm.viewerIsReached" .root) }}{{ $ports = append $ports "http" }}{{ end }}
{{- range $port := $ports }}
- port: {{ $port }}
  path: /metrics
  {{- with $.of.interval }}
  interval: {{ . }}
  {{- end }}
  {{- with $.of.scrapeTimeout }}
  scrapeTimeout: {{ . }}
  {{- end }}
  relabelings:
    - { sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node }
    {{- with $.of.relabelings }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $.of.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
