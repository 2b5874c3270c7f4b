import { readFileSync } from "node:fs";
import { runtime } from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { heavyTaint, poolLabels } from "../../components/cluster/pools.ts";
import { SpeckleEnvironment } from "../../components/environment.ts";
import { isPlainObject } from "../../components/merge.ts";
import { isEnvelope, envelope as secretOf } from "../../review/plan/mask.ts";
import { withCloud } from "../../stacks/clouds.ts";
import { parseSettings } from "../../stacks/settings.ts";

/** One resource as it was registered with the engine. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly provider: string;
  readonly dependsOn: readonly string[];
  readonly inputs: Record<string, unknown>;
}

/** Outputs that other resources are built from; an unknown type with outputs in use shows up as undefined. */
const computed: Record<string, (inputs: Record<string, unknown>) => object> = {
  "random:index/randomPassword:RandomPassword": () => ({ result: secretOf("canary-password") }),
  "random:index/randomString:RandomString": () => ({ result: "ABCDEFGH" }),
  "digitalocean:index/kubernetesCluster:KubernetesCluster": () => ({
    endpoint: "https://cluster.example",
    kubeConfigs: secretOf([{ clusterCaCertificate: "Y2E=" }]),
  }),
  "digitalocean:index/databaseCluster:DatabaseCluster": () => ({
    privateHost: "database.example",
    port: 25060,
    user: "doadmin",
    password: secretOf("canary-password"),
  }),
  "digitalocean:index/spacesKey:SpacesKey": () => ({
    accessKey: "DO00EXAMPLE",
    secretKey: secretOf("canary-key"),
  }),
  "digitalocean:index/droplet:Droplet": () => ({ ipv4AddressPrivate: "10.40.0.7" }),
  "digitalocean:index/reservedIp:ReservedIp": () => ({ ipAddress: "203.0.113.7" }),
  "aws:ec2/networkInterface:NetworkInterface": () => ({ privateIp: "10.50.192.7" }),
  "aws:eks/cluster:Cluster": ({ name }) => ({
    arn: `arn:aws:eks:eu-central-1:123456789012:cluster/${name}`,
    endpoint: "https://cluster.example",
    certificateAuthority: { data: "Y2E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  }),
  "aws:eks/nodeGroup:NodeGroup": () => ({
    resources: [{ autoscalingGroups: [{ name: "group-of-machines" }] }],
  }),
  "aws:rds/instance:Instance": () => ({ address: "database.example" }),
  "aws:elasticache/replicationGroup:ReplicationGroup": () => ({ primaryEndpointAddress: "cache.example" }),
  "aws:iam/accessKey:AccessKey": () => ({ secret: secretOf("canary-key") }),
  "command:local:Command": () => ({ stdout: secretOf("canary-kubeconfig") }),
};

/** Functions of providers that a program may call: they tell what no resource does. */
const functions: Record<string, object> = {
  "command:local:run": {
    stdout: JSON.stringify({
      items: (["general", "heavy"] as const).map((role) => ({
        kind: "Node",
        metadata: { name: role, labels: poolLabels(role) },
        spec: { taints: role === "heavy" ? [heavyTaint] : [] },
      })),
    }),
  },
  "digitalocean:index/getProject:getProject": {},
  "aws:ssm/getParameter:getParameter": { insecureValue: "ami-0123456789abcdef0" },
  "digitalocean:index/getDatabaseCa:getDatabaseCa": { certificate: "PEM text of an authority" },
};

/** The settings of a stack's file in this checkout, with some of them changed. */
export function settingsOf(stack: string, change: Record<string, unknown> = {}) {
  return parseSettings({ ...settingsFile(stack), ...change }, () => "canary-kubeconfig");
}

/** What a stack's file in this checkout says, without the project's prefix. */
export function settingsFile(stack: string): Record<string, unknown> {
  const { config } = parse(readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8"));
  const own = Object.entries(config).map(([key, value]) => [key.replace("speckle-stacks:", ""), value]);
  return Object.fromEntries(own);
}

/** Text of a stack's file that says these settings. */
export function stackText(settings: object): string {
  const config = Object.entries(settings).map(([key, value]) => [`speckle-stacks:${key}`, value]);
  return stringify({ config: Object.fromEntries(config) });
}

/** Every resource a stack registers, sorted; nothing is created. */
export async function graphOf(
  settings: ReturnType<typeof settingsOf>,
  preview = false,
): Promise<Registration[]> {
  return (await requestsOf(settings, preview))
    .map(registration)
    .sort((a, b) => `${a.parent}/${a.type}/${a.name}`.localeCompare(`${b.parent}/${b.type}/${b.name}`));
}

/** What the engine would be asked to register. */
async function requestsOf(settings: ReturnType<typeof settingsOf>, preview: boolean): Promise<any[]> {
  const cluster = await withCloud(settings.cluster);
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: { ...inputs, ...computed[type]?.(inputs) },
      }),
      call: ({ token }) => {
        const result = functions[token];
        if (!result) throw new Error(`${token} is called while the graph is built, and need not be`);
        return result;
      },
    },
    "speckle-stacks",
    "test",
    preview,
  );
  const requests = recordRequests();
  new SpeckleEnvironment("speckle", { ...settings, cluster });
  await runtime.disconnect();
  return requests;
}

/** Listens at the monitor that the mocks answer for: only the request carries parent, provider and dependencies. */
function recordRequests(): any[] {
  const requests: any[] = [];
  const monitor = runtime.getMonitor() as any;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: any, callback: unknown) => {
    requests.push(request);
    return register(request, callback);
  };
  return requests;
}

function registration(request: any): Registration {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: lastName(request.getParent()),
    provider: lastName(request.getProvider().split("::").slice(0, -1).join("::")),
    dependsOn: request.getDependenciesList().map(lastName).sort(),
    inputs: masked(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
  };
}

function lastName(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (!isPlainObject(value)) return value;
  if (isEnvelope(value)) return "[secret]";
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, child]) => [key, masked(child)]),
  );
}
