"""The Kubernetes manifests of one service, as text to be filled in."""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {service}-{role}
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: {role}
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {service}
      app.kubernetes.io/component: {role}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {service}
        app.kubernetes.io/component: {role}
    spec:
      serviceAccountName: {service}
      containers:
        - name: livechat
          image: livechat
          command: [python, -m, services.{service}, {role}]
          envFrom:
            - configMapRef: {{ name: livechat-kafka }}
            - configMapRef: {{ name: livechat }}
      volumes:
        - name: secrets
          projected:
            sources:
              - secret: {{ name: livechat-tokens }}
              - secret: {{ name: {service} }}
              - secret: {{ name: livechat-ca, optional: true }}
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {service}
  labels:
    app.kubernetes.io/name: {service}
spec:
  selector:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: api
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {service}
  labels:
    app.kubernetes.io/name: {service}
automountServiceAccountToken: false
"""

# Its component is no role's, so no Service sends it requests. The overlay puts the image's tag in the name's place
# for it, because a Job that was run is never changed.
MIGRATION = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate-{service}-untagged
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: migration
spec:
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {service}
        app.kubernetes.io/component: migration
    spec:
      serviceAccountName: {service}
      containers:
        - name: livechat
          image: livechat
          command: [livechat, migrate, {service}]
      volumes:
        - name: secrets
          projected:
            sources:
              - secret: {{ name: {service} }}
              - secret: {{ name: {service}-owner }}
              - secret: {{ name: livechat-ca, optional: true }}
"""

# One pod less at a time, and one that is not ready never holds up a drain: no budget blocks one for ever.
DISRUPTION = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {service}-{role}
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/component: {role}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app.kubernetes.io/name: {service}
      app.kubernetes.io/component: {role}
"""

# Into the internet by HTTPS, and into no network that is somebody's own.
OUTSIDE = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {service}-{to}
  labels:
    app.kubernetes.io/name: {service}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: {service}
    matchExpressions:
      - key: app.kubernetes.io/component
        operator: In
        values: [{roles}]
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
            except: [10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
        - ipBlock:
            cidr: ::/0
            except: ["::1/128", "64:ff9b::/96", "fc00::/7", "fe80::/10"]
      ports:
        - protocol: TCP
          port: 443
"""

# Strimzi makes the password, and renews the authority that signs the brokers' certificates.
PRINCIPAL = """\
- op: add
  path: /spec/template/spec/containers/0/env/-
  value: {{ name: LIVECHAT_KAFKA_USER, value: kafka-{service} }}
- op: add
  path: /spec/template/spec/volumes/0/projected/sources/-
  value: {{ secret: {{ name: kafka-{service}, items: [{{ key: password, path: LIVECHAT_KAFKA_PASSWORD }}] }} }}
- op: add
  path: /spec/template/spec/volumes/0/projected/sources/-
  value: {{ secret: {{ name: livechat-cluster-ca-cert, items: [{{ key: ca.crt, path: LIVECHAT_KAFKA_CA }}] }} }}
"""
