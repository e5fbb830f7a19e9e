{{/* Security context of a container: `root` and its values as `of`. */}}
{{- define "fgm.securityContext" -}}
{{- $context := deepCopy .of.securityContext }}
{{- with .of.seLinuxOptions }}{{ $_ := set $context "seLinuxOptions" . }}{{ end }}
{{- if and .of.appArmorProfile (include "fgm.appArmorIsField" .root) }}
{{- $_ := set $context "appArmorProfile" .of.appArmorProfile }}
{{- end }}
{{- toYaml $context }}
{{- end }}

{{- define "fgm.appArmorIsField" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version }}yes{{ end }}
{{- end }}

{{/* An AppArmor profile as annotation, for Kubernetes before 1.30. */}}
{{- define "fgm.appArmorAnnotations" -}}
{{- if not (include "fgm.appArmorIsField" .) }}
{{- $names := dict "Unconfined" "unconfined" "RuntimeDefault" "runtime/default" }}
{{- range $container := list "recorder" "viewer" }}
{{- with (get $.Values $container).appArmorProfile }}
container.apparmor.security.beta.kubernetes.io/{{ $container }}: {{ default (printf "localhost/%s" (default "" .localhostProfile)) (get $names .type) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
