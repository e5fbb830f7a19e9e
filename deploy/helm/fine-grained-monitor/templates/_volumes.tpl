{{- define "fgm.volumes" -}}
- name: data
  {{- if eq .Values.data.type "hostPath" }}
  hostPath: { path: {{ .Values.data.hostPath }}, type: DirectoryOrCreate }
  {{- else if .Values.data.sizeLimit }}
  emptyDir: { sizeLimit: {{ .Values.data.sizeLimit }} }
  {{- else }}
  emptyDir: {}
  {{- end }}
- name: proc
  hostPath: { path: /proc, type: Directory }
- name: cgroup
  hostPath: { path: /sys/fs/cgroup, type: Directory }
{{- range $index, $path := .Values.names.hostPaths }}
- name: names-{{ $index }}
  hostPath: { path: {{ $path }} }
{{- end }}
{{- if .Values.kubernetesApi.enabled }}
# What the kubelet would mount by itself, but into the recorder alone.
- name: token
  projected:
    defaultMode: 256 # 0400
    sources:
      - serviceAccountToken: { path: token, expirationSeconds: 3607 }
      - configMap: { name: kube-root-ca.crt, items: [{ key: ca.crt, path: ca.crt }] }
{{- end }}
{{- if and .Values.viewer.enabled .Values.viewer.dashboardsConfigMap }}
- name: dashboards
  configMap: { name: {{ .Values.viewer.dashboardsConfigMap }} }
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}
