import { isEnglish } from './english.ts';

const words = (list: string) => list.trim().split(/\s+/);

/** Kinds that a name may stand beside, singular, in lower case. What stands behind one of these is a name or a verb. */
const KINDS = new Set(
  words(`
  pod deployment statefulset daemonset replicaset replicationcontroller job cronjob ingress ingressclass configmap
  namespace pvc persistentvolumeclaim pv persistentvolume storageclass serviceaccount hpa horizontalpodautoscaler pdb
  poddisruptionbudget networkpolicy resourcequota limitrange priorityclass runtimeclass lease endpointslice
  certificatesigningrequest customresourcedefinition clusterrole clusterrolebinding rolebinding
  mutatingwebhookconfiguration validatingwebhookconfiguration volumesnapshot`),
);

/** Things with names whose words are everyday words as well: `service account`, `image cache`, `node pool`. */
const THINGS = new Set(
  words(`service secret node container image cluster host hostname database registry webhook role quota volume endpoint server
  repository queue topic bucket workload microservice sidecar app application`),
);

/** Other things that have names of their own. */
const NAMED = new Set(
  words(
    `class claim chart release plugin tool team environment branch user account domain project table module library`,
  ),
);

/** A kind in a text of lower case, as a part of a pattern. */
export const KIND = `(?:${[...KINDS, ...THINGS].join('|')})s?`;

/** Products that clusters run. No answer speaks of one that its evidence does not know. */
const PRODUCTS = new Set(
  words(`
  redis postgres postgresql mysql mariadb mongo mongodb couchdb cockroachdb cassandra scylla clickhouse influxdb
  timescaledb neo4j kafka zookeeper rabbitmq activemq nats pulsar mosquitto memcached elasticsearch opensearch solr
  kibana logstash filebeat fluentd fluentbit fluent-bit grafana prometheus alertmanager thanos loki mimir tempo jaeger
  zipkin datadog dynatrace splunk sentry jenkins gitlab argocd argo fluxcd tekton spinnaker nginx apache httpd haproxy
  traefik envoy istio istiod linkerd kong ambari minio ceph longhorn openebs portworx harbor nexus artifactory
  sonarqube keycloak dex oauth2-proxy wordpress drupal magento airflow spark flink hadoop hive trino superset metabase
  temporal celery sidekiq puma gunicorn tomcat jetty wildfly couchbase etcd-operator velero kyverno gatekeeper falco
  trivy karpenter keda pgbouncer pgpool proxysql patroni busybox alpine ubuntu debian centos fedora`),
);

/** Everyday words that people name their applications by; beside a kind they are a name and no description. */
const APPLICATIONS = new Set(
  words(`
  web website frontend checkout cart payment payments billing shipping booking bookings catalog catalogue inventory
  ledger invoice invoices pricing recommendation recommendations recommender analytics notification notifications
  mailer reporting reviews products customers sessions auth login identity gateway dashboard portal crm erp blog shop
  storefront warehouse chat messaging newsletter marketing crawler indexer scraper importer exporter collector ingest
  etl transcoder migrator consumer producer publisher subscriber notifier recommend foo bar baz hello helloworld demo`),
);

/** Those of them that say what a server or a container is for as well: `a web server`, but `the web Deployment`. */
const PURPOSES = new Set(words('web website login auth identity gateway dashboard portal chat messaging blog shop'));

/** Words that describe what a program is or where it runs: names behind `Deployment`, language before it. */
const ROLES = new Set(
  words(`
  api app application backend worker workers database db cache proxy order orders user users search store stock report
  reports review product session media assets default prod production staging dev development test testing qa example
  sample main master primary secondary replica scheduler console admin email mail logging monitoring tracing backup
  batch cron queue`),
);

/** Whether a word is a kind, in singular or plural, in whatever case. */
export function isKind(word: string): boolean {
  return singulars(word).some((each) => KINDS.has(each) || THINGS.has(each));
}

/** Whether a word says of what kind the name beside it is. */
export function isNamed(word: string): boolean {
  return singulars(word).some((each) => KINDS.has(each) || THINGS.has(each) || NAMED.has(each));
}

/** Whether a word is written as a kind of Kubernetes, so that no compound such as `service mesh` is meant. */
export function isSurelyKind(word: string): boolean {
  return singulars(word).some((each) => KINDS.has(each)) || (isKind(word) && /^[A-Z]/.test(word));
}

function singulars(word: string): string[] {
  const lower = word.toLowerCase();
  return [lower, lower.replace(/s$/, ''), lower.replace(/es$/, ''), lower.replace(/ies$/, 'y')];
}

/** Whether a word, in lower case, is a product's name wherever it stands. */
export function isProduct(word: string): boolean {
  return PRODUCTS.has(word);
}

/** Whether people name programs and places by this word. */
export function isProgram(word: string): boolean {
  return PRODUCTS.has(word) || APPLICATIONS.has(word) || ROLES.has(word);
}

/** Whether a plain word in lower case is a name where it stands directly before a kind: `the ledger StatefulSet`. */
export function isNameBefore(word: string, kind = ''): boolean {
  if (PRODUCTS.has(word)) return true;
  if (APPLICATIONS.has(word)) return !PURPOSES.has(word) || kind === '' || isSurelyKind(kind);
  // A namespace is described by nothing but its name: `the staging namespace`.
  if (ROLES.has(word) && /^namespaces?$/i.test(kind)) return true;
  return !ROLES.has(word) && !isKind(word) && !isEnglish(word);
}

/**
 * Whether it is one directly behind a kind: `Deployment web`. `surely`: the kind is no part of an everyday compound;
 * `ends`: no object follows, so that the word is no verb, such as `reports`.
 */
export function isNameBehind(word: string, surely: boolean, ends: boolean): boolean {
  if (PRODUCTS.has(word) || APPLICATIONS.has(word)) return true;
  if (ROLES.has(word)) return surely && (ends || !isEnglish(word));
  return !isKind(word) && !isEnglish(word);
}
