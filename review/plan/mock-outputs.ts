import { heavyTaint, poolLabels } from "../../components/cluster/pools.ts";
import { envelope } from "./mask.ts";

type Inputs = Record<string, unknown>;

/** Outputs that charts' values are built from, so that they can be rendered; every other output is unknown. */
export const resourceOutputs: Record<string, (inputs: Inputs) => Inputs> = {
  "random:index/randomPassword:RandomPassword": ({ length }) => ({
    result: envelope("p".repeat(Number(length))),
  }),
  "random:index/randomString:RandomString": ({ length }) => ({ result: "A".repeat(Number(length)) }),
  "command:local:Command": () => ({ stdout: envelope("placeholder") }),
};

const nodesAsWanted = JSON.stringify({
  items: (["general", "heavy"] as const).map((role) => ({
    kind: "Node",
    metadata: { name: role, labels: poolLabels(role) },
    spec: { taints: role === "heavy" ? [heavyTaint] : [] },
  })),
});

const zones = (region: string) => ["a", "b", "c"].map((letter) => `${region}${letter}`);

/** Answers of the functions a program may ask a cloud, none of which a review can ask. */
export const functionResults: Record<string, (inputs: Inputs) => Inputs> = {
  // Of a cluster that is already there a review sees nothing, so it takes the nodes' word.
  "command:local:run": () => ({ stdout: nodesAsWanted }),
  "aws:index/getRegion:getRegion": ({ region = "eu-central-1" }) => ({ id: region, name: region, region }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: "000000000000",
    accountId: "000000000000",
    arn: "arn:aws:iam::000000000000:user/review",
  }),
  "aws:index/getPartition:getPartition": () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ region = "eu-central-1" }) => ({
    id: region,
    names: zones(String(region)),
  }),
  "aws:ssm/getParameter:getParameter": ({ name }) => ({ id: name, name, insecureValue: "ami-00000000" }),
  "aws:iam/getPolicyDocument:getPolicyDocument": (inputs) => ({
    id: "policy",
    json: JSON.stringify({ Version: "2012-10-17", Statement: inputs.statements ?? [] }),
  }),
};
