import type { ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { text as wholeText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { traefikNamespace } from "../../components/edge/traefik-values.ts";
import {
  type ForwardedPort,
  haproxyArguments,
  type ReceiverPlaces,
  receiverArguments,
} from "../../components/entry/machine.ts";
import { reporterArguments, reporterName, reporterRules } from "../../components/entry/reporter.ts";
import { debianProgram } from "../../toolchain/debian.ts";
import { eventually } from "../support/control-plane.ts";
import { endGroup, startProcess } from "./processes.ts";
import { type Stage, web, websecure } from "./stage.ts";

export const secret = "only-for-this-test-and-long-enough-for-the-receiver";
const fieldManager = "edge-test";
const shipped = (name: string) => fileURLToPath(new URL(`../../components/entry/${name}`, import.meta.url));

/** Ports of the machine, high enough for anybody, and of the nodes. */
export const ports: readonly ForwardedPort[] = [
  { listen: web, node: 30_080 },
  { listen: websecure, node: 30_443 },
];

/** What a report is sent with instead of what would be right. */
export interface Letter {
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly secret?: string;
  /** Nanoseconds since 1970. */
  readonly moment?: string;
  readonly signature?: string | undefined;
}

/** The machine of a fixed entry with the shipped receiver, on this machine, in front of a stage's Traefik. */
export class Entry {
  /** Address that HAProxy answers at. */
  readonly address: string;
  readonly #stage: Stage;
  readonly #part: string;
  readonly #places: ReceiverPlaces;
  readonly #running = new Map<string, ChildProcess>();
  readonly #proxies = new Map<string, NodeProxy>();

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#part = stage.address.split(".").slice(0, 3).join(".");
    this.address = `${this.#part}.40`;
    const folder = join(stage.folder, "entry");
    this.#places = {
      listen: `${this.#part}.41:8900`,
      secret: join(folder, "secret"),
      state: join(folder, "state"),
      base: join(folder, "base.cfg"),
      master: join(folder, "master.sock"),
    };
    mkdirSync(folder);
    writeFileSync(this.#places.secret, secret);
    this.mendBase();
  }

  /** Starts HAProxy and the receiver with nothing but what the machine starts with. */
  async startMachine(): Promise<void> {
    const { state, base } = this.#places;
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, "haproxy.cfg"), "");
    const program = debianProgram("haproxy", () => {});
    this.#start("haproxy", program, ["-W", "-db", "-f", base, ...haproxyArguments(this.#places, "mode,600")]);
    this.startReceiver();
    await eventually(async () => (await this.masterSays("show proc")).includes("worker"));
    await eventually(() => this.send({ text: "" }).then(Boolean, () => false));
  }

  startReceiver(): void {
    const own = ["--haproxy", debianProgram("haproxy", () => {}), "--bind", this.address];
    const args = [...receiverArguments(this.#places, [`${this.#part}.0/24`]), ...own];
    this.#start("receiver", "python3", [shipped("receiver.py"), ...args]);
  }

  async startReporter(): Promise<void> {
    const account = await this.account();
    const args = reporterArguments(`http://${this.#places.listen}/`, this.#places.secret, ports);
    const { hostname, port } = new URL(this.#stage.client.server);
    const api = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    this.#start("reporter", "python3", [shipped("reporter.py"), ...args, `--account=${account}`], api);
  }

  /** A folder with the reporter's own credentials, as its pod has it. */
  async account(): Promise<string> {
    const { client, folder } = this.#stage;
    const namespace = traefikNamespace;
    const metadata = { name: reporterName };
    const own = { name: reporterName, namespace };
    const rbac = "rbac.authorization.k8s.io";
    const roleRef = { apiGroup: rbac, kind: "ClusterRole", name: reporterName };
    const annotations = { "kubernetes.io/service-account.name": reporterName };
    for (const object of [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: own },
      { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata, rules: reporterRules },
      {
        apiVersion: `${rbac}/v1`,
        kind: "ClusterRoleBinding",
        metadata,
        roleRef,
        subjects: [{ kind: "ServiceAccount", ...own }],
      },
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { ...own, annotations },
        type: "kubernetes.io/service-account-token",
      },
    ])
      await client.apply(object, { fieldManager, force: true });
    const ref = { apiVersion: "v1", kind: "Secret", ...own };
    const data = await eventually(async () => {
      const found = await client.get(ref);
      return found?.data?.token && found.data;
    });
    const account = join(folder, "entry", "account");
    mkdirSync(account, { recursive: true });
    for (const file of ["token", "ca.crt"])
      writeFileSync(join(account, file), Buffer.from(data[file], "base64"));
    return account;
  }

  /** A node with what kube-proxy does on it: both node ports lead to Traefik. */
  async addNode(number: number): Promise<string> {
    const address = this.openNode(number);
    const { client } = this.#stage;
    const name = `node-${number}`;
    const ready = { type: "Ready", status: "True", reason: "Test", message: "", lastHeartbeatTime: null };
    const addresses = [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ];
    const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
    await client.apply({ ...node, status: { addresses, conditions: [ready] } }, { fieldManager });
    await client.merge(
      { apiVersion: "v1", kind: "Node", name },
      { status: { addresses, conditions: [ready] } },
      "status",
    );
    return address;
  }

  /** The cluster forgets a node; its ports still answer. */
  async forgetNode(number: number): Promise<void> {
    await this.#stage.client.delete({ apiVersion: "v1", kind: "Node", name: `node-${number}` });
  }

  openNode(number: number): string {
    const address = this.nodeAddress(number);
    const proxy = new NodeProxy(address, this.#stage.address);
    this.#proxies.set(address, proxy);
    this.#stage.ended.push(() => proxy.end());
    return address;
  }

  /** A node ends at once, with its connections. */
  closeNode(number: number): void {
    this.#proxies.get(this.nodeAddress(number))?.end();
  }

  nodeAddress(number: number): string {
    return `${this.#part}.${30 + number}`;
  }

  /** Connections that came in through a node so far. */
  connectionsOf(number: number): number {
    return this.#proxies.get(this.nodeAddress(number))?.connections ?? 0;
  }

  openConnectionsOf(number: number): number {
    return this.#proxies.get(this.nodeAddress(number))?.open ?? 0;
  }

  /** The configuration that the receiver wrote last. */
  configuration(): string {
    return readFileSync(join(this.#places.state, "haproxy.cfg"), "utf8");
  }

  /** The nodes that the receiver said last, since it was started, that HAProxy runs with. */
  loaded(): string | undefined {
    const [last = ""] = this.#stage.logOf("receiver").split("waiting for reports").slice(-1);
    return last.match(/(?<=: 200 loaded ).*/g)?.at(-1);
  }

  /** Makes HAProxy's own file one that HAProxy does not take. */
  spoilBase(): void {
    writeFileSync(this.#places.base, "globall\n");
  }

  mendBase(): void {
    // Debian's own names a user and folders that only a machine of Debian has.
    writeFileSync(this.#places.base, "global\n    log stdout local0\n");
  }

  /** Asks HAProxy's master process, which is away for a moment while it reads a configuration. */
  masterSays(words: string): Promise<string> {
    return eventually(() => this.#ask(words).catch(() => ""));
  }

  #ask(words: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = "";
      const socket = connect(this.#places.master).on("error", reject);
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("end", () => resolve(text));
      socket.end(`${words}\n`);
    });
  }

  /** Sends a report as the reporter does, but for what the letter says. */
  send(letter: Letter): Promise<{ status: number; text: string }> {
    const text = letter.text ?? JSON.stringify(letter.body);
    const moment = letter.moment ?? now();
    const hmac = createHmac("sha256", letter.secret ?? secret).update(`${moment}\n${text}`);
    const signature = "signature" in letter ? letter.signature : hmac.digest("hex");
    const headers = {
      "x-entry-time": moment,
      ...(signature !== undefined && { "x-entry-signature": signature }),
    };
    const [host, port] = this.#places.listen.split(":");
    return new Promise((resolve, reject) => {
      const outgoing = request({ host, port, method: "POST", headers, agent: false }, (incoming) => {
        const { statusCode: status = 0 } = incoming;
        wholeText(incoming).then((answer) => resolve({ status, text: answer }), reject);
      });
      outgoing.on("error", reject).end(text);
    });
  }

  async end(name: string): Promise<void> {
    const child = this.#running.get(name);
    if (child) await endGroup(child);
  }

  #start(name: string, program: string, args: readonly string[], env: Record<string, string> = {}): void {
    const child = startProcess(program, args, join(this.#stage.folder, `${name}.log`), env, true);
    this.#running.set(name, child);
    this.#stage.ended.push(() => endGroup(child));
  }
}

/** Nanoseconds since 1970, later with every call. */
export function now(seconds = 0): string {
  moments += 1n;
  return String(BigInt(Date.now()) * 1_000_000n + BigInt(seconds) * 1_000_000_000n + moments);
}
let moments = 0n;

/** kube-proxy of one node: passes connections on under the node's own address, as it does for ports of all nodes. */
class NodeProxy {
  connections = 0;
  readonly #servers: readonly Server[];
  readonly #sockets = new Set<Socket>();

  constructor(address: string, traefik: string) {
    const pairs = [
      [30_080, web],
      [30_443, websecure],
    ] as const;
    this.#servers = pairs.map(([port, target]) =>
      createServer({ allowHalfOpen: true }, (incoming) =>
        this.#pass(incoming, address, traefik, target),
      ).listen(port, address),
    );
  }

  get open(): number {
    return this.#sockets.size;
  }

  end(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #pass(incoming: Socket, localAddress: string, host: string, port: number): void {
    this.connections += 1;
    const outgoing = connect({ host, port, localAddress, allowHalfOpen: true });
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => this.#sockets.delete(one));
      one.pipe(other);
    }
  }
}
