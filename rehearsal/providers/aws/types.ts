/** Tokens of the resource types that tables refer to. */
export const types = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  natGateway: "aws:ec2/natGateway:NatGateway",
  eip: "aws:ec2/eip:Eip",
  networkInterface: "aws:ec2/networkInterface:NetworkInterface",
  instance: "aws:ec2/instance:Instance",
  routeTable: "aws:ec2/routeTable:RouteTable",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  role: "aws:iam/role:Role",
  policy: "aws:iam/policy:Policy",
  user: "aws:iam/user:User",
  key: "aws:kms/key:Key",
  cluster: "aws:eks/cluster:Cluster",
  accessEntry: "aws:eks/accessEntry:AccessEntry",
  databaseSubnets: "aws:rds/subnetGroup:SubnetGroup",
  databaseParameters: "aws:rds/parameterGroup:ParameterGroup",
  database: "aws:rds/instance:Instance",
  cacheSubnets: "aws:elasticache/subnetGroup:SubnetGroup",
  cacheParameters: "aws:elasticache/parameterGroup:ParameterGroup",
  cacheUser: "aws:elasticache/user:User",
  cacheUserGroup: "aws:elasticache/userGroup:UserGroup",
  bucket: "aws:s3/bucket:Bucket",
  zone: "aws:route53/zone:Zone",
  record: "aws:route53/record:Record",
} as const;

/** What a security group's id may name: a cluster brings one of its own. */
export const securityGroups = [types.securityGroup, types.cluster] as const;
