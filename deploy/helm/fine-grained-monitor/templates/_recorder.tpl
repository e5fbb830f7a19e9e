{{/* Whether the cgroup tree must be writable: memory.peak is reset by writing to it. */}}
{{- define "fgm.writesCgroups" -}}
{{- if has (toString (get .Values.recorder.settings "interval-peaks")) (list "on" "true") }}yes{{ end }}
{{- end }}

{{/*
The `value` of a setting as the text of its variable: Helm reads an unquoted on as true, and large numbers as 4.2e+09. Patterns, which may
hold commas, are one a line.
*/}}
{{- define "fgm.settingText" -}}
{{- if kindIs "bool" .value }}{{ ternary "on" "off" .value }}
{{- else if kindIs "float64" .value }}{{ int64 .value }}
{{- else if kindIs "slice" .value }}{{ join (ternary "\n" "," (eq .flag "redact")) .value }}
{{- else }}{{ .value }}
{{- end }}
{{- end }}

{{- define "fgm.recorder" -}}
name: recorder
image: {{ include "fgm.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - monitor
  {{- with .Values.recorder.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: NODE_NAME
    valueFrom: { fieldRef: { fieldPath: spec.nodeName } }
  - name: POD_NAME
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  - { name: FGM_OUTPUT_DIR, value: /data }
  - { name: FGM_LISTEN, value: ':{{ int .Values.recorder.port }}' }
  - { name: FGM_PROC_ROOT, value: /host/proc }
  - { name: FGM_CGROUP_ROOT, value: /host/sys/fs/cgroup }
  - { name: FGM_HOST_ROOT, value: /host }
  {{- with .Values.clusterName }}
  - { name: FGM_CLUSTER_NAME, value: {{ . | quote }} }
  {{- end }}
  {{- if .Values.kubernetesApi.enabled }}
  - { name: FGM_KUBERNETES_API, value: 'on' }
  {{- end }}
  {{- range $flag, $value := .Values.recorder.settings }}
  - name: FGM_{{ $flag | upper | replace "-" "_" }}
    value: {{ include "fgm.settingText" (dict "flag" $flag "value" $value) | quote }}
  {{- end }}
  {{- with .Values.recorder.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.recorder.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - { name: metrics, containerPort: {{ int .Values.recorder.port }}, protocol: TCP }
{{- with .Values.recorder.startupProbe }}
startupProbe:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.recorder.livenessProbe }}
livenessProbe:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.recorder.readinessProbe }}
readinessProbe:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.recorder.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "fgm.securityContext" (dict "root" . "of" .Values.recorder) | nindent 2 }}
volumeMounts:
  - { name: data, mountPath: /data }
  - { name: proc, mountPath: /host/proc, readOnly: true }
  - { name: cgroup, mountPath: /host/sys/fs/cgroup, readOnly: {{ empty (include "fgm.writesCgroups" .) }}, mountPropagation: HostToContainer }
  {{- range $index, $path := .Values.names.hostPaths }}
  - { name: names-{{ $index }}, mountPath: {{ printf "/host%s" (trimSuffix "/" $path) }}, readOnly: true, mountPropagation: HostToContainer }
  {{- end }}
  {{- if .Values.kubernetesApi.enabled }}
  - { name: token, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
  {{- end }}
  {{- with .Values.recorder.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
