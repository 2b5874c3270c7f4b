/** What a setting is and what changing it on a running environment does. */
export interface SettingWords {
  readonly about: string;
  readonly changing: string;
}

const rolling = "rolling restart";
const inPlace = "in place";
const never = "never: a new one without the data";
const sizes = "restart of that workload; with `Recreate` (preview, webhooks, imports) it is away meanwhile";

/** Words for every setting, by its path; `*` stands for any one key. A test holds the table against the schema. */
export const settingsWords: Readonly<Record<string, SettingWords>> = {
  preset: {
    about: "Sizes of everything; every other setting overrides a part",
    changing: "as what it resizes",
  },
  domain: {
    about: "Host name of the environment",
    changing: "restart; bookmarks and connectors need the new address",
  },
  "cluster.type": { about: "Where the environment runs", changing: never },
  "cluster.name": {
    about: "Name of the cluster, beginning of the names of everything in the account",
    changing: never,
  },
  "cluster.address": {
    about: "Loopback address kind answers on",
    changing: "refused: kind cannot change a cluster",
  },
  "cluster.kubeconfig": {
    about: "File with full rights on the cluster; `~/` is your home",
    changing: inPlace,
  },
  "cluster.context": { about: "Context of the kubeconfig", changing: never },
  "cluster.uid": { about: "UID of the namespace kube-system: another cluster is refused", changing: inPlace },
  "cluster.storageClass": { about: "StorageClass of in-cluster stores", changing: "new volumes only" },
  "cluster.heavyNodes": {
    about:
      "Nodes for previews and imports: looked for before anything is made, added by an autoscaler, or none, so that such work runs on general nodes",
    changing: "previews and imports move",
  },
  "cluster.networkRanges": {
    about: "Ranges of pods, services and nodes",
    changing: "network policies, in place",
  },
  "cluster.exposure.type": {
    about:
      "How traffic gets to Traefik: a load balancer, ports from 30000 of all nodes, ports 80 and 443 of some, or on a cloud one machine at a fixed address",
    changing: "at a new address: the names must follow",
  },
  "cluster.exposure.annotations": {
    about: "What the load balancer's controller reads from the Service",
    changing: "as the controller does",
  },
  "cluster.exposure.loadBalancerClass": {
    about: "Which controller makes the load balancer",
    changing: "refused: a Service cannot change it",
  },
  "cluster.exposure.proxyFrom": {
    about: "Ranges the load balancer speaks the PROXY protocol from",
    changing: inPlace,
  },
  "cluster.exposure.machine": {
    about: "The cloud's name of the machine at the fixed address",
    changing: "away for some minutes; the address stays",
  },
  "cluster.exposure.nodeLabels": {
    about: "Labels of the nodes whose ports 80 and 443 are used; every node for general work when left out",
    changing: "at other nodes: the names must follow",
  },
  "cluster.exposure.http": { about: "Port of the nodes for http", changing: inPlace },
  "cluster.exposure.https": { about: "Port of the nodes for https", changing: inPlace },
  "cluster.region": { about: "The cloud's region", changing: never },
  "cluster.highAvailability": {
    about: "Several control planes, or zones",
    changing: "on in place, off never",
  },
  "cluster.apiAllowFrom": { about: "Ranges that may reach the Kubernetes API", changing: inPlace },
  "cluster.version": {
    about: "Kubernetes version, exactly",
    changing: "nodes are renewed one after the other; never back",
  },
  "cluster.maintenance.*": { about: "When the cloud may maintain the cluster, in UTC", changing: inPlace },
  "cluster.ranges.*": { about: "Private ranges; no other network may have them", changing: never },
  "cluster.project": {
    about: "A project of the team, by its id: credentials of any other team are refused",
    changing: inPlace,
  },
  "cluster.accountId": { about: "The account: any other is refused", changing: never },
  "cluster.zones": { about: "Availability zones", changing: never },
  "cluster.administrators": { about: "IAM roles with full rights", changing: inPlace },
  namespace: { about: "Namespace of Speckle and its in-cluster stores", changing: never },
  "pools.*.nodes": { about: "Number of nodes", changing: "nodes come or go; kind cannot, and refuses" },
  "pools.*.size.*": {
    about: "What one node offers to pods (kind and existing clusters)",
    changing: "kind: refused",
  },
  "pools.*.machine": {
    about: "The cloud's name of the machine",
    changing: "the pool is made anew; its pods move",
  },
  "pools.*.scale.*": { about: "Bounds within which the pool grows and shrinks", changing: inPlace },
  "postgres.mode": {
    about: "The cloud's PostgreSQL, one in the cluster, or one that is there",
    changing: never,
  },
  "postgres.version": {
    about: "Major version; Speckle is developed and tested on the lowest",
    changing: "away for some minutes, and never back: [Upgrading PostgreSQL](clouds.md#upgrading-postgresql)",
  },
  "postgres.plan": {
    about: "The cloud's size",
    changing: "away for some minutes; DigitalOcean never smaller",
  },
  "postgres.standbys": { about: "Instances beside the primary", changing: inPlace },
  "postgres.storageGi": { about: "Disk in GiB", changing: "grows in place, never shrinks" },
  "postgres.data": { about: "`rebuildable` data goes with the environment", changing: inPlace },
  "postgres.instances": { about: "Primary and standbys", changing: inPlace },
  "postgres.storage": { about: "Volume of each instance", changing: "grows in place, never shrinks" },
  "postgres.cpu": {
    about: "CPU each instance asks for",
    changing: "rolling restart; one instance: away meanwhile",
  },
  "postgres.memory": {
    about: "Memory each instance has",
    changing: "rolling restart; one instance: away meanwhile",
  },
  "postgres.connections": {
    about: "max_connections",
    changing: "rolling restart; one instance: away meanwhile",
  },
  "postgres.backup.to.*": {
    about: "Bucket outside the cluster that backups go to; the environment's own when left out",
    changing: "backups begin anew there; the first time with a rolling restart",
  },
  "postgres.backup.path": {
    about: "Folder in the bucket, of one database alone",
    changing: "backups begin anew there; the first time with a rolling restart",
  },
  "postgres.backup.keepDays": { about: "Days any moment of which can be gone back to", changing: inPlace },
  "postgres.restore.*": {
    about:
      "Backup that a new database begins with: [Backups](clouds.md#backups-of-a-database-in-the-cluster)",
    changing: "nothing: read when the database is made",
  },
  "postgres.operator": {
    about: "`shared` when another environment owns CloudNativePG's operator; otherwise as `clusterServices`",
    changing: "with care: the database is run by it",
  },
  "postgres.ranges": { about: "Where the database is, for the network policies", changing: inPlace },
  "postgres.tls": { about: "How the database's certificate is checked", changing: rolling },
  "postgres.connection.*": { about: "How the database is reached", changing: rolling },
  "postgres.secret.*": { about: "A Secret in the namespace with the connection", changing: rolling },
  "postgres.importQueueSecret.*": {
    about: "Another Secret with the same URL, for IFC imports",
    changing: rolling,
  },
  "cache.mode": {
    about: "The cloud's Valkey, one in the cluster, or one that is there",
    changing: "queued jobs are lost",
  },
  "cache.plan": { about: "The cloud's size", changing: "away for some minutes" },
  "cache.standbys": { about: "Instances beside the primary", changing: inPlace },
  "cache.memoryMi": {
    about: "Memory in MiB; three quarters hold data",
    changing: "away while its pod restarts",
  },
  "cache.storage": {
    about: "Volume with the append-only log",
    changing: "a new cache takes its place: queued jobs are lost",
  },
  "cache.ranges": { about: "Where the cache is, for the network policies", changing: inPlace },
  "cache.connection.*": { about: "How the cache is reached", changing: rolling },
  "cache.secret.*": { about: "A Secret in the namespace with the connection", changing: rolling },
  "cache.previewSecret.*": { about: "The same for previews", changing: "away meanwhile" },
  "objectStore.mode": {
    about: "The cloud's buckets, a store in the cluster, or one that is there",
    changing: never,
  },
  "objectStore.bucket": { about: "Name of the bucket", changing: never },
  "objectStore.data": { about: "`rebuildable` data goes with the environment", changing: inPlace },
  "objectStore.storage": { about: "Volume with all files", changing: "grows in place, never shrinks" },
  "objectStore.ranges": { about: "Where the store is, for the network policies", changing: inPlace },
  "objectStore.endpoint": { about: "Address for pods", changing: rolling },
  "objectStore.publicEndpoint": { about: "Address for browsers", changing: rolling },
  "objectStore.region": { about: "Region requests are signed for", changing: rolling },
  "objectStore.accessKey": { about: "Access key id: an identifier, not a secret", changing: rolling },
  "objectStore.secret.*": { about: "A Secret in the namespace with the secret key", changing: rolling },
  postgresPassword: { about: "Password of an existing database", changing: "at the next restart" },
  cachePassword: { about: "Password of an existing cache", changing: "at the next restart" },
  backupSecretKey: { about: "Secret half of the key for the bucket of backups", changing: inPlace },
  objectStoreSecretKey: { about: "Secret key of an existing store", changing: "at the next restart" },
  certificateAuthorities: {
    about:
      "File with certificates of the stores' authorities; the IFC importer believes these alone of a database",
    changing: rolling,
  },
  "workloads.*.replicas": { about: "Number of pods", changing: inPlace },
  "workloads.*.requests.*": { about: "What a pod asks for", changing: sizes },
  "workloads.*.limits.*": { about: "What a pod may have at most", changing: sizes },
  connectionsPerPool: {
    about:
      "Database connections in one pool of a pod of server or objects, which have one pool each, and three with `ifcImport`",
    changing: rolling,
  },
  podSecurity: { about: "Pod Security Standard of the namespace", changing: "new pods are held to it" },
  runtimeClass: {
    about: "RuntimeClass, such as gVisor's, of the pods that open what users upload; it must be there",
    changing: "previews and imports start anew",
  },
  quota: { about: "`hard` of the namespace's ResourceQuota", changing: "new pods are held to it" },
  priorityClasses: {
    about:
      "`existing` when somebody else owns the priority classes (default with `clusterServices: shared`), otherwise `create`",
    changing: "with care: pods name them",
  },
  clusterServices: {
    about:
      "Who makes what a cluster has once (Traefik, CloudNativePG's operator, cert-manager, priority classes): this environment, or `shared`, another one of the same cluster",
    changing: "with care: the other one must be there",
  },
  ifcImport: { about: "The IFC importer", changing: inPlace },
  telemetry: {
    about:
      "Whether Speckle sends telemetry to its makers; where their host cannot be reached, making an account then takes more than two minutes",
    changing: rolling,
  },
  "uploads.fileMb": {
    about:
      "Largest file in MB of 2^20 bytes, at Speckle's server and at Traefik, whose disk has room for ten; importers may need more memory for larger ones",
    changing: rolling,
  },
  "uploads.objectMb": {
    about: "Largest object of a model in MB of 10^6 characters",
    changing: "rolling restart; file import is away meanwhile",
  },
  outbound: { about: "What pods may reach outside", changing: inPlace },
  allowFrom: { about: "Ranges that may use the environment; everyone when empty", changing: inPlace },
  "trustedProxies.ranges": {
    about: "Ranges of proxies in front, such as Cloudflare's: everybody else gets 403",
    changing: "Traefik's pods are replaced one after the other",
  },
  "trustedProxies.header": {
    about: "The header in which they tell the client's address",
    changing: inPlace,
  },
  registration: {
    about:
      "Who may make an account: `first` until the administrator has one, the invited (default), or whoever may come in (default on kind)",
    changing: inPlace,
  },
  administrator: {
    about:
      "Mail address of the first administrator, whose account the program makes; required with an identity provider and `registration: invited`",
    changing: "nothing while there is an administrator; the link to register ends",
  },
  extraPorts: {
    about:
      "Ports beside http and https that lead to Services in the namespace: each with `name`, `port`, `service`, `podLabels`, and where they differ `servicePort`, `podPort`; `nodePort` behind node ports",
    changing: "Traefik's pods are replaced one after the other",
  },
  "gate.service": {
    about: "A proxy in the namespace that lets only people through who have signed in",
    changing: inPlace,
  },
  "gate.port": { about: "Port of its Service", changing: inPlace },
  "gate.podLabels": { about: "Labels of its pods, for the network policies", changing: inPlace },
  "gate.podPort": { about: "Port of its pods", changing: inPlace },
  "monitoring.prometheus.namespace": {
    about:
      "Where the pods of a Prometheus are that the Prometheus Operator runs in the cluster already: [Monitoring](monitoring.md)",
    changing: inPlace,
  },
  "monitoring.prometheus.labels": {
    about: "Labels of the PodMonitors and PrometheusRules that it takes",
    changing: inPlace,
  },
  "certificate.mode": {
    about:
      "An authority of its own (default on kind), Let's Encrypt (default elsewhere), or a given certificate",
    changing: inPlace,
  },
  "certificate.certManager": {
    about:
      "`shared` when another environment owns the cluster's cert-manager, `existing` when somebody else does; otherwise as `clusterServices`",
    changing: "with care: certificates are renewed by it",
  },
  "certificate.email": { about: "Where Let's Encrypt warns", changing: inPlace },
  "certificate.challenge.*": { about: "How the host name is proved", changing: inPlace },
  "certificate.certificate": { about: "File with the certificate and those above it", changing: inPlace },
  "zone.name": {
    about: "Zone at the cluster's cloud that the program keeps the names in",
    changing: "the records move",
  },
  "zone.id": { about: "Identifier of the zone, for Route 53", changing: "the records move" },
  certificateKey: { about: "Key of the given certificate", changing: inPlace },
  dnsToken: {
    about:
      "Token with which the cloud's DNS proves the host name, or the secret half of `certificate.challenge.accessKey`",
    changing: inPlace,
  },
  "rotate.*": { about: "Number that is raised to have a new password", changing: rolling },
  "signIn.local": {
    about: "With a mail address and a password of Speckle's own; on unless there is an identity provider",
    changing: "rolling restart; off: those without an identity provider cannot sign in",
  },
  "signIn.*.clientId": { about: "What the identity provider knows Speckle by", changing: rolling },
  "signIn.azureAd.tenant": { about: "Directory whose people may sign in", changing: rolling },
  "signIn.*.name": { about: "What the button says", changing: rolling },
  "signIn.oidc.discoveryUrl": { about: "Where the provider says what it offers", changing: rolling },
  "signIn.ranges": { about: "Where the providers are, for the network policies", changing: inPlace },
  googleClientSecret: { about: "Client secret of Speckle at Google", changing: rolling },
  githubClientSecret: { about: "Client secret of Speckle at GitHub", changing: rolling },
  azureAdClientSecret: { about: "Client secret of Speckle at Microsoft Entra ID", changing: rolling },
  oidcClientSecret: { about: "Client secret of Speckle at the OpenID Connect provider", changing: rolling },
  "email.*": { about: "Mail server", changing: rolling },
  emailPassword: { about: "Password of the mail server", changing: "at the next restart" },
  acknowledgeDataLoss: {
    about: "What may lose its data, by the name the review gives it",
    changing:
      "it is protected no longer, and every `up` warns of it: [Giving data up](clouds.md#giving-data-up)",
  },
  monthlyBudget: {
    about: "Most the environment may cost in a month, in US dollars",
    changing: "nothing: for the review",
  },
  extraValues: {
    about: "Values of the Speckle chart beyond those the program owns",
    changing: "as the chart has it",
  },
};
