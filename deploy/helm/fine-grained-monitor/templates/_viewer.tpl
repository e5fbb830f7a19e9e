{{- define "fgm.viewerHost" -}}
{{- default (ternary "127.0.0.1" "" .Values.hostNetwork) .Values.viewer.listenAddress }}
{{- end }}

{{/* Whether others than the pod, or than the node with hostNetwork, reach it. */}}
{{- define "fgm.viewerIsReached" -}}
{{- if not (has (include "fgm.viewerHost" .) (list "127.0.0.1" "localhost" "::1" "[::1]")) }}yes{{ end }}
{{- end }}

{{/* A viewer on the loopback of the pod is out of the kubelet's reach; on that of the node it is not. */}}
{{- define "fgm.viewerProbes" -}}
{{- range $name := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- $probe := deepCopy (default dict (get $.Values.viewer $name)) }}
{{- $reached := include "fgm.viewerIsReached" $ }}
{{- if and $probe (or $reached $.Values.hostNetwork) }}
{{- if and (not $reached) $probe.httpGet }}{{ $_ := set $probe.httpGet "host" (include "fgm.viewerHost" $) }}{{ end }}
{{ $name }}:
  {{- toYaml $probe | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "fgm.viewer" -}}
name: viewer
image: {{ include "fgm.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - view
  - /data
  {{- with .Values.viewer.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - { name: FGM_LISTEN, value: '{{ include "fgm.viewerHost" . }}:{{ int .Values.viewer.port }}' }
  {{- with .Values.viewer.token.existingSecret }}
  - name: FGM_TOKEN
    valueFrom: { secretKeyRef: { name: {{ . | quote }}, key: {{ $.Values.viewer.token.key | quote }} } }
  {{- end }}
  - { name: FGM_SQL_MEMORY, value: {{ .Values.viewer.sqlMemory | quote }} }
  {{- if .Values.viewer.dashboardsConfigMap }}
  - { name: FGM_DASHBOARDS, value: /etc/fgm/dashboards }
  {{- end }}
  {{- with .Values.viewer.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.viewer.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - { name: http, containerPort: {{ int .Values.viewer.port }}, protocol: TCP }
{{- include "fgm.viewerProbes" . }}
{{- with .Values.viewer.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- include "fgm.securityContext" (dict "root" . "of" .Values.viewer) | nindent 2 }}
volumeMounts:
  - { name: data, mountPath: /data, readOnly: true }
  {{- if .Values.viewer.dashboardsConfigMap }}
  - { name: dashboards, mountPath: /etc/fgm/dashboards, readOnly: true }
  {{- end }}
  {{- with .Values.viewer.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
