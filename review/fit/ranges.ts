import { parseRange } from "../../components/network/cidr.ts";
import type { Plan } from "../plan/plan.ts";

/** A private range and who has it. */
interface Taken {
  readonly who: string;
  readonly range: string;
}

/** Inputs that are private ranges of one environment; no two of them may share an address. */
const rangeInputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "digitalocean:index/vpc:Vpc": { ipRange: "the network" },
  "digitalocean:index/kubernetesCluster:KubernetesCluster": {
    clusterSubnet: "pods",
    serviceSubnet: "services",
  },
  "aws:ec2/vpc:Vpc": { cidrBlock: "the network" },
};

/** Pairs of private ranges that share addresses, in words. */
export function overlaps({ resources }: Plan): string[] {
  const taken = resources.flatMap(({ type, inputs }) =>
    Object.entries(rangeInputs[type] ?? {}).flatMap(([input, who]): Taken[] => {
      const range = inputs[input];
      return typeof range === "string" && range.includes("/") ? [{ who, range }] : [];
    }),
  );
  return taken.flatMap((one, index) =>
    taken
      .slice(index + 1)
      .filter((other) => share(one.range, other.range))
      .map((other) => `${one.who} (${one.range}) and ${other.who} (${other.range})`),
  );
}

function share(a: string, b: string): boolean {
  const [one, other] = [parseRange(a), parseRange(b)];
  return one.first <= other.last && other.first <= one.last;
}
