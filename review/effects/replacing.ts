/** What a cloud resource is to an environment, and which changes make a new one of it. */
export interface CloudResource {
  /** Inputs whose change replaces it. */
  readonly replaces: readonly string[];
  /** What is lost with it; it holds no data when absent. */
  readonly holds?: string;
  /** Inputs that are an update for the provider and make another, empty one for us. */
  readonly empties?: readonly string[];
  /** Sizes that can grow and never shrink. */
  readonly grows?: readonly string[];
  /** Inputs whose change stops it for a while. */
  readonly stops?: readonly string[];
  readonly source: string;
}

const digitalocean = "provider schema of @pulumi/digitalocean 4.76 and 4.80, 2026-07 (replaceOnChanges)";
const aws = "provider schema of @pulumi/aws 7.48 (replaceOnChanges)";
const random = "provider schema of @pulumi/random 4.21 (replaceOnChanges)";

/** Resources of clouds by type; one that is not here is updated in place, and its removal is a removal. */
export const cloudResources: Readonly<Record<string, CloudResource>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": {
    replaces: ["engine", "name", "privateNetworkUuid", "projectId"],
    holds: "every database in it, with its daily backups",
    grows: ["storageSizeMib"],
    stops: ["size", "version", "region"],
    source: digitalocean,
  },
  "digitalocean:index/databaseDb:DatabaseDb": {
    replaces: ["clusterId", "name"],
    holds: "the database's tables",
    source: digitalocean,
  },
  "digitalocean:index/databaseUser:DatabaseUser": { replaces: ["clusterId", "name"], source: digitalocean },
  "digitalocean:index/databaseFirewall:DatabaseFirewall": { replaces: ["clusterId"], source: digitalocean },
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": {
    replaces: ["clusterId", "dbName", "mode", "name", "size", "user"],
    source: digitalocean,
  },
  "digitalocean:index/spacesBucket:SpacesBucket": {
    replaces: ["region"],
    holds: "every file and model blob in it",
    empties: ["name"],
    source: digitalocean,
  },
  "digitalocean:index/volume:Volume": {
    replaces: ["name", "region", "initialFilesystemType"],
    holds: "the volume's files",
    source: digitalocean,
  },
  "digitalocean:index/kubernetesCluster:KubernetesCluster": {
    replaces: [
      "region",
      "vpcUuid",
      "clusterSubnet",
      "serviceSubnet",
      "workerSubnetUuid",
      "isolatedWorkers",
      "nodePool.size",
    ],
    source: "terraform-provider-digitalocean kubernetes.go (ForceNew), 2026-08-06",
  },
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool": {
    replaces: ["clusterId", "size"],
    source: digitalocean,
  },
  "digitalocean:index/vpc:Vpc": { replaces: ["ipRange", "region"], source: digitalocean },
  "digitalocean:index/loadBalancer:LoadBalancer": {
    replaces: ["network", "networkStack", "region", "type", "vpcUuid"],
    source: digitalocean,
  },
  "digitalocean:index/reservedIp:ReservedIp": { replaces: ["region"], source: digitalocean },
  "digitalocean:index/domain:Domain": { replaces: ["ipAddress", "name"], source: digitalocean },
  "digitalocean:index/dnsRecord:DnsRecord": { replaces: ["domain", "type"], source: digitalocean },
  "digitalocean:index/certificate:Certificate": {
    replaces: ["certificateChain", "domains", "leafCertificate", "name", "privateKey", "type"],
    source: digitalocean,
  },
  "aws:rds/instance:Instance": {
    replaces: [
      "availabilityZone",
      "characterSetName",
      "dbName",
      "engine",
      "identifierPrefix",
      "kmsKeyId",
      "storageEncrypted",
      "username",
      "snapshotIdentifier",
    ],
    holds: "every database in it, and its automated backups",
    grows: ["allocatedStorage"],
    stops: ["engineVersion", "instanceClass", "identifier", "dbSubnetGroupName"],
    source: aws,
  },
  "aws:s3/bucket:Bucket": {
    replaces: ["bucket", "bucketPrefix", "objectLockEnabled", "region"],
    holds: "every file and model blob in it",
    source: aws,
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    replaces: [
      "replicationGroupId",
      "subnetGroupName",
      "atRestEncryptionEnabled",
      "kmsKeyId",
      "port",
      "networkType",
    ],
    stops: ["nodeType", "engineVersion"],
    source: aws,
  },
  "aws:kms/key:Key": {
    replaces: ["customerMasterKeySpec", "keyUsage", "multiRegion"],
    holds: "the only way to read what it encrypted",
    source: aws,
  },
  "aws:ebs/volume:Volume": {
    replaces: ["availabilityZone", "encrypted", "kmsKeyId", "snapshotId"],
    holds: "the volume's files",
    source: aws,
  },
  "aws:efs/fileSystem:FileSystem": {
    replaces: ["creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    holds: "every file in it",
    source: aws,
  },
  "aws:eks/cluster:Cluster": {
    replaces: [
      "name",
      "roleArn",
      "remoteNetworkConfig",
      "bootstrapSelfManagedAddons",
      "kubernetesNetworkConfig.serviceIpv4Cidr",
      "kubernetesNetworkConfig.ipFamily",
      "accessConfig.bootstrapClusterCreatorAdminPermissions",
    ],
    source: aws,
  },
  "aws:eks/nodeGroup:NodeGroup": {
    replaces: [
      "amiType",
      "capacityType",
      "clusterName",
      "diskSize",
      "instanceTypes",
      "nodeRoleArn",
      "subnetIds",
    ],
    source: aws,
  },
  "aws:ec2/vpc:Vpc": { replaces: ["cidrBlock", "instanceTenancy"], source: aws },
  "aws:ec2/subnet:Subnet": { replaces: ["vpcId", "cidrBlock", "availabilityZone"], source: aws },
  "aws:ec2/natGateway:NatGateway": {
    replaces: ["allocationId", "subnetId", "connectivityType"],
    source: aws,
  },
  "aws:ec2/eip:Eip": { replaces: ["domain", "address", "publicIpv4Pool"], source: aws },
  "aws:route53/zone:Zone": { replaces: ["name"], source: aws },
  "aws:route53/record:Record": { replaces: ["zoneId", "name", "setIdentifier"], source: aws },
  "aws:iam/user:User": { replaces: ["path"], source: aws },
  "aws:iam/accessKey:AccessKey": { replaces: ["user", "pgpKey"], source: aws },
  "random:index/randomPassword:RandomPassword": {
    replaces: ["*"],
    source: random,
  },
  "random:index/randomString:RandomString": { replaces: ["*"], source: random },
  "command:local:Command": {
    replaces: ["triggers"],
    source: "@pulumi/command 1.2 (a changed trigger runs delete and create)",
  },
};

/** Types that are a whole Kubernetes cluster; what stands in the cluster goes with it. */
export const clusterTypes: ReadonlySet<string> = new Set([
  "digitalocean:index/kubernetesCluster:KubernetesCluster",
  "aws:eks/cluster:Cluster",
  "command:local:Command",
]);

/** Types that hand out what other parts sign in with. */
export const credentialTypes: ReadonlySet<string> = new Set([
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
  "digitalocean:index/databaseUser:DatabaseUser",
  "aws:iam/accessKey:AccessKey",
]);
