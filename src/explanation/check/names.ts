/** Kinds and things that a name may stand beside: `Deployment cart`, `the cart Deployment`. Singular, lower case. */
export const BESIDE_NAMES = new Set(
  `pod deployment statefulset daemonset replicaset job cronjob service ingress configmap secret node namespace pvc
  persistentvolumeclaim persistentvolume storageclass container image serviceaccount hpa horizontalpodautoscaler pdb
  poddisruptionbudget networkpolicy cluster host hostname database webhook clusterrole role rolebinding registry`.split(
    /\s+/,
  ),
);

/** Words that people name their programs by; beside a kind they are names, not language. */
const PROGRAMS = new Set(
  `web api app application cart checkout payment payments order orders frontend front backend worker workers cache auth
  login user users account accounts search gateway proxy database db catalog catalogue inventory billing shipping email mail
  notification notifications analytics report reports reporting product products review reviews session sessions recommendation
  recommendations stock pricing invoice invoices ledger scheduler dashboard console portal admin crm erp blog shop store
  consumer producer ingest etl crawler indexer exporter collector media images assets static redis postgres postgresql mysql
  mariadb mongo mongodb kafka rabbitmq nats elasticsearch opensearch kibana logstash grafana prometheus loki tempo jaeger vault
  consul jenkins argocd nginx haproxy traefik envoy istio linkerd memcached cassandra clickhouse minio keycloak harbor nexus
  sonarqube wordpress drupal busybox alpine ubuntu debian default prod production staging dev development test testing qa
  foo bar baz demo example sample main primary master replica`.split(/\s+/),
);

/** Words that stand beside a kind without naming it: what it does, where it is, which one it is. */
const PLAIN = new Set(
  `a an the this that these those its their your our my his her it they we you i he she who which what whose each every any
  all some no none both either neither one another other others same such first second third last next previous new newer newest
  old older oldest own main whole entire single multiple several many few most more less least
  is are was were be been being am has have had do does did can could may might must shall should will would cannot need needs
  needed want wants get gets got go goes went come comes came run runs ran stay stays keep keeps kept let lets make makes made
  take takes took give gives gave see sees saw seem seems show shows shown find finds found fail fails fall falls start starts
  stop stops wait waits restart restarts crash crashes die dies exit exits end ends use uses serve serves read reads write writes
  pull pulls mount mounts select selects match matches point points refer refers depend depends belong belongs live lives exist
  exists lack lacks miss misses hold holds report reports enter enters remain remains become becomes reach reaches try tries
  cause causes expect expects require requires ask asks send sends receive receives return returns create creates delete deletes
  and or but nor so yet if then else when while where why how because since until unless although though whether as than like
  of to in on at by for from with without within into onto out up down over under above below between among behind beside
  before after during through across against about around near off per via upon toward towards again also too very just only
  even still already now here there not never always often usually again once twice back away together itself themselves
  properly correctly successfully repeatedly directly manually currently again automatically indefinitely
  name names named label labels key keys value values spec specification status state states log logs event events error errors
  message messages output file files image images volume volumes port ports probe probes resource resources request requests limit
  limits memory cpu disk storage network address addresses selector selectors template templates manifest manifests definition
  definitions configuration config settings setting environment variable variables reference references object objects type types
  kind kinds version versions tag tags digest policy policies quota account accounts token tokens credentials permission
  permissions role roles owner replica replicas count number list lifecycle level side pool group class claim condition
  conditions problem problems issue issues failure failures crash loop creation deletion update updates change changes rollout
  restart restarts startup start-up scheduling placement capacity pressure affinity taint taints controller controllers plugin
  engine runtime process processes registry repository endpoint endpoints backend webhook cluster pod pods container containers
  node nodes namespace namespaces service services deployment deployments job jobs secret secrets ingress host hosts hostname
  pull push name-space user users data directory path paths command commands argument arguments entrypoint id uid
  ready running pending failed terminating unhealthy healthy available unavailable missing broken affected failing impacted
  crashing underlying corresponding correct incorrect wrong right valid invalid specific different existing current desired
  actual given named called responsible available entire internal external local remote public private shared default custom`.split(
    /\s+/,
  ),
);

const LIKE_A_VERB = /(?:ing|ed|ly|able|ible|ive|ous|ful|less|ical|ment|tion|sion|ness|ity|ies)$/;

/** Whether people name programs and places by this word. */
export function isProgram(word: string): boolean {
  return PROGRAMS.has(word);
}

/** Whether a plain word beside a kind is that object's name rather than language. English only. */
export function isNameBesideKind(word: string, where: 'after' | 'before'): boolean {
  if (!/^[a-z][a-z0-9]*$/.test(word)) return false;
  if (PROGRAMS.has(word)) return where === 'after' || !PLAIN.has(word);
  if (PLAIN.has(word) || LIKE_A_VERB.test(word)) return false;
  return where === 'after' ? !/[^s]s$/.test(word) : false;
}
