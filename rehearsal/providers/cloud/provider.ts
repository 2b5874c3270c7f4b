import type { KubernetesClient } from "../../kubernetes/client.ts";
import { hasUnknown, reveal } from "../marshal.ts";
import type { Properties, ProviderPlugin, Resource } from "../plugin.ts";
import { type Fault, Faults, lastName } from "./faults.ts";
import type { ClusterHost } from "./host.ts";
import { diffInputs, marked, own, recordOf, withName } from "./inputs.ts";
import { autoscale, type NodePool } from "./pools.ts";
import { refusalOfCreation, refusalOfDeletion } from "./refusals.ts";
import { checkInputs, type Schema } from "./schema.ts";
import { type CloudContents, type CloudRecord, CloudState, type Leftover } from "./state.ts";
import type { Cloud, CloudResource, Invoke } from "./table.ts";

/** Where a simulated cloud keeps what it knows, and what it is to fail at. */
export interface CloudOptions {
  /** Path of its memory, a file in the rehearsal's home. */
  readonly state: string;
  readonly host: ClusterHost;
  readonly faults?: readonly Fault[];
}

/** A simulated cloud as its tables describe it. */
export interface CloudTables {
  /** The provider's name, such as `digitalocean`. */
  readonly name: string;
  readonly schema: Schema;
  readonly resources: Readonly<Record<string, CloudResource>>;
  readonly invokes: Readonly<Record<string, Invoke>>;
  /** Why the provider does not begin with these settings. */
  readonly refuseSettings?: (settings: Properties, cloud: Cloud) => string | undefined;
}

/** A provider's stand-in with what the rehearsal asks of a cloud besides. */
export interface CloudProvider extends ProviderPlugin {
  /** Everything that still exists, what a cluster left behind included. */
  leftovers(): Leftover[];
  /** Connections each database gives to clients, by the database's name. */
  connectionLimits(): Record<string, number>;
  /** Lets everything be deleted that the cloud would keep until somebody turns its protection off. */
  liftProtection(): void;
  /**
   * Takes away what a killed run made and the engine never learnt of, which would be made a second time. A real cloud
   * keeps it. @param known `URN id` of everything in the engine's state
   */
  settle(known: ReadonlySet<string>): Promise<void>;
  /** Adds nodes to autoscaled pools for pods that wait; returns the pools that grew. For a call every few seconds. */
  tick(client: KubernetesClient): Promise<string[]>;
}

/** A provider's stand-in out of its tables. */
export function cloudProvider(tables: CloudTables, options: CloudOptions): CloudProvider {
  const { host } = options;
  const state = new CloudState(options.state);
  const faults = new Faults(options.faults ?? []);
  let region = "";
  const view = (): Cloud => ({
    region: region || (state.read().region ?? ""),
    records: state.read().records,
    leftovers: state.read().leftovers,
    kubeconfig: host.kubeconfig,
    suffers: (kind) => faults.has(kind),
  });
  const kindOf = (type: string) => kindIn(tables, type);
  const stored = (type: string, id: string) =>
    view().records.find((record) => record.type === type && record.id === id);
  const poolsOf = (record: CloudRecord | undefined): readonly NodePool[] =>
    (record && kindOf(record.type).pools?.(record, view())) ?? [];

  const forget = async (record: CloudRecord) => {
    for (const pool of poolsOf(record)) await host.dropPool(pool);
    state.remove(record);
  };

  /** What a crash left half-way of the same resource has never been, as far as the engine knows. */
  const abandon = async ({ type, urn }: Resource) => {
    const halfway = view().records.filter(
      (record) => record.creating && record.type === type && record.urn === urn,
    );
    for (const record of halfway) await forget(record);
  };

  const begin = async ({ type, urn }: Resource, given: Properties) => {
    await abandon({ type, urn });
    const inputs = reveal(given) as Properties;
    const refusal = refusalOfCreation(kindOf(type), type, inputs, view());
    if (refusal) throw new Error(`${tables.name} refuses ${lastName(type)}: ${refusal}`);
    const { sequence } = state.read();
    const id = kindOf(type).id({ inputs, sequence, cloud: view() });
    const outputs = kindOf(type).outputs?.({ id, inputs, prior: {}, sequence, cloud: view() }) ?? {};
    const record = recordOf(kindOf(type), { type, urn, id, sequence }, given, outputs);
    state.put({ ...record, creating: true });
    if (region) state.change((contents) => ({ ...contents, region }));
    return { record, outputs };
  };

  return {
    configure: async (config) => {
      const given = reveal(config.region);
      if (typeof given === "string" && !hasUnknown(given)) region = given;
      const refusal = tables.refuseSettings?.(reveal(config) as Properties, view());
      if (refusal) throw new Error(refusal);
    },
    check: async ({ type, urn }, inputs, { olds }) => {
      const named = withName(kindOf(type), urn, inputs, olds);
      return { inputs: named, failures: checkInputs(tables.schema, type, own(named), kindOf(type).oneOf) };
    },
    diff: async ({ type }, olds, news) => diffInputs(kindOf(type), olds, news),
    create: async (resource, given, { preview }) => {
      const kind = kindOf(resource.type);
      if (preview) return { id: "", outputs: marked(kind, { ...own(given), ...kind.preview?.(view()) }) };
      await faults.request(resource.type);
      await faults.creation(resource.type);
      const { record, outputs } = await begin(resource, own(given));
      try {
        if (kind.storageClass !== undefined) await host.beginCluster(kind.storageClass);
        for (const pool of poolsOf(record)) await host.applyPool(pool);
      } catch (error) {
        state.remove(record);
        throw error;
      }
      state.put({ ...record, unsettled: true });
      return { id: record.id, outputs: marked(kind, { ...own(given), ...outputs }) };
    },
    read: async ({ type }, id, inputs, outputs) => {
      const record = stored(type, id);
      if (!record) return undefined;
      return {
        inputs: { ...inputs, ...record.inputs },
        outputs: { ...outputs, ...record.inputs, ...record.outputs },
      };
    },
    update: async ({ type, urn }, id, prior, given, { preview }) => {
      const kind = kindOf(type);
      const [inputs, before] = [reveal(own(given)) as Properties, stored(type, id)];
      const sequence = before?.sequence ?? 0;
      if (hasUnknown(inputs)) return marked(kind, { ...prior, ...own(given) });
      const outputs =
        kind.outputs?.({ id, inputs, prior: reveal(prior) as Properties, sequence, cloud: view() }) ?? {};
      if (preview) return marked(kind, { ...own(given), ...outputs });
      await faults.request(type);
      const refusal = kind.refuse?.(inputs, view(), before?.inputs ?? {});
      if (refusal) throw new Error(`${tables.name} refuses the change of ${lastName(type)}: ${refusal}`);
      const record = recordOf(kind, { type, urn, id, sequence }, own(given), outputs);
      const pools = poolsOf(before);
      for (const [index, pool] of poolsOf(record).entries()) await host.applyPool(pool, pools[index]);
      state.put(record);
      return marked(kind, { ...own(given), ...outputs });
    },
    delete: async ({ type }, id) => {
      const record = stored(type, id);
      if (!record) return;
      await faults.request(type);
      const refusal = refusalOfDeletion(tables.resources, record, view());
      if (refusal) throw new Error(`${tables.name} refuses to delete ${lastName(type)} ${id}: ${refusal}`);
      const { strands } = kindOf(type);
      const networks = strands?.(record);
      const stranded = networks ? await strandedBy(record, networks, host) : [];
      const left = [...(kindOf(type).leaves?.(record) ?? []), ...stranded];
      for (const pool of poolsOf(record)) await (strands ? host.dropPool(pool) : host.removePool(pool));
      const { storageClass } = kindOf(type);
      if (storageClass !== undefined) await host.endCluster(storageClass);
      state.change((contents) => ({ ...contents, leftovers: [...contents.leftovers, ...left] }));
      state.remove(record);
    },
    invoke: async (token, args) => {
      const invoke = tables.invokes[token];
      if (!invoke) throw new Error(`${token} is not simulated in the rehearsal`);
      return invoke(reveal(args) as Properties, view());
    },
    leftovers: () => {
      const { records, leftovers } = state.read();
      const existing = records.map(({ type, id, urn }) => ({
        type,
        name: urn.split("::").at(-1) ?? id,
        reason: "it has not been deleted",
        onPurpose: false,
        holds: [],
      }));
      return [...existing, ...leftovers];
    },
    connectionLimits: () => {
      const limits = view().records.map((record) => {
        const limit = kindOf(record.type).connections?.(record, view());
        return [record.urn.split("::").at(-1) ?? record.id, limit] as const;
      });
      return Object.fromEntries(limits.filter((entry): entry is [string, number] => entry[1] !== undefined));
    },
    liftProtection: () => state.change(withoutProtection),
    settle: async (known) => {
      const unsettled = view().records.filter((record) => record.unsettled);
      if (unsettled.length === 0) return;
      for (const record of unsettled) if (!known.has(`${record.urn} ${record.id}`)) await forget(record);
      state.change(withAllSettled);
    },
    tick: async (client) => autoscale(client, view().records.flatMap(poolsOf)),
  };
}

function withAllSettled(contents: CloudContents): CloudContents {
  return { ...contents, records: contents.records.map(({ unsettled: _, ...record }) => record) };
}

function withoutProtection(contents: CloudContents): CloudContents {
  const lifted = contents.records.map((record) =>
    record.inputs.deletionProtection === true
      ? { ...record, inputs: { ...record.inputs, deletionProtection: false } }
      : record,
  );
  return { ...contents, records: lifted };
}

function kindIn(tables: CloudTables, type: string): CloudResource {
  const kind = tables.resources[type];
  if (kind) return kind;
  const known = Object.keys(tables.resources).map(lastName).join(", ");
  throw new Error(`${type} is not simulated in the rehearsal; ${tables.name} has ${known}`);
}

async function strandedBy(
  record: CloudRecord,
  holds: readonly string[],
  host: ClusterHost,
): Promise<Leftover[]> {
  const { loadBalancers, volumes } = await host.strandable();
  const why = {
    reason: `cluster ${record.inputs.name ?? record.id} was deleted before it`,
    onPurpose: false,
  };
  return [
    ...loadBalancers.map((name) => ({ type: "load balancer", name, ...why, holds })),
    ...volumes.map((name) => ({ type: "volume", name, ...why, holds: [] })),
  ];
}
