{{- define "fgm.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "fgm.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "fgm.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "fgm.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "fgm.selectorLabels" -}}
app.kubernetes.io/name: {{ include "fgm.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fgm.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "fgm.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* name, namespace and labels of an object */}}
{{- define "fgm.metadata" -}}
name: {{ include "fgm.fullname" . }}
namespace: {{ include "fgm.namespace" . }}
labels:
  {{- include "fgm.labels" . | nindent 2 }}
{{- end }}

{{- define "fgm.serviceAccountName" -}}
{{- default (ternary (include "fgm.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{/* Of objects without a namespace: releases of the same name in two namespaces must not share them. */}}
{{- define "fgm.clusterName" -}}
{{- printf "%s-%s" (include "fgm.namespace" .) (include "fgm.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "fgm.image" -}}
{{- $registry := default .Values.image.registry .Values.global.imageRegistry }}
{{- $image := .Values.image.repository }}
{{- if $registry }}{{ $image = printf "%s/%s" (trimSuffix "/" $registry) $image }}{{ end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $image .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $image (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "fgm.imagePullSecrets" -}}
{{- range concat .Values.global.imagePullSecrets .Values.imagePullSecrets }}
- name: {{ kindIs "map" . | ternary (get (kindIs "map" . | ternary . dict) "name") . }}
{{- end }}
{{- end }}
