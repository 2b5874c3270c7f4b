import type { Invoke } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { accountId, regionOf, zonesOf } from "./account.ts";

/** A statement as `getPolicyDocument` takes it. */
interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly Principal[];
  readonly notPrincipals?: readonly Principal[];
  readonly conditions?: readonly { test: string; variable: string; values: readonly string[] }[];
}

interface Principal {
  readonly type: string;
  readonly identifiers: readonly string[];
}

/** Parameters that everybody may read: here the newest image of Debian 12. */
const publicParameters: Record<string, string> = {
  "/aws/service/debian/release/12/latest/amd64": "ami-0123456789abcdef0",
};

/** AWS's functions. */
export const functions: Record<string, Invoke> = {
  "aws:index/getRegion:getRegion": (args, cloud) => {
    const region = regionOf(cloud, args);
    return { id: region, name: region, region, endpoint: `ec2.${region}.amazonaws.com`, description: region };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: accountId,
    accountId,
    arn: `arn:aws:iam::${accountId}:user/rehearsal`,
    userId: "AIDAREHEARSAL",
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, cloud) => {
    const region = regionOf(cloud, args);
    const excluded = (args.excludeNames ?? []) as string[];
    const names = zonesOf(region).filter((name) => !excluded.includes(name));
    const zoneIds = names.map((name, index) => `${name.slice(0, 2)}${name.slice(3, 5)}-az${index + 1}`);
    return { ...args, id: region, region, names, zoneIds, groupNames: [`${region}-zg-1`] };
  },
  "aws:ssm/getParameter:getParameter": ({ name }, cloud) => {
    const value = publicParameters[String(name)];
    if (!value) throw new Error(`parameter ${name} is not one the rehearsal knows (ParameterNotFound)`);
    const region = regionOf(cloud);
    return { id: name, name, region, type: "String", value, insecureValue: value, version: 1 };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": (args) => {
    const document = {
      Version: args.version ?? "2012-10-17",
      ...(args.policyId !== undefined && { Id: args.policyId }),
      Statement: ((args.statements ?? []) as Statement[]).map(policyStatement),
    };
    return {
      ...args,
      id: "policy",
      json: JSON.stringify(document, undefined, 2),
      minifiedJson: JSON.stringify(document),
    };
  },
};

/** A statement as IAM writes it: one value alone, several as a list. */
function policyStatement(statement: Statement): Properties {
  const fields = {
    Sid: statement.sid,
    Effect: statement.effect ?? "Allow",
    Principal: principals(statement.principals),
    NotPrincipal: principals(statement.notPrincipals),
    Action: oneOrMore(statement.actions),
    NotAction: oneOrMore(statement.notActions),
    Resource: oneOrMore(statement.resources),
    NotResource: oneOrMore(statement.notResources),
    Condition: conditions(statement.conditions),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function oneOrMore(values: readonly string[] | undefined): unknown {
  return values && (values.length === 1 ? values[0] : values);
}

function principals(given: readonly Principal[] | undefined): unknown {
  if (!given) return undefined;
  const [first] = given;
  if (first?.type === "*") return "*";
  return Object.fromEntries(given.map(({ type, identifiers }) => [type, oneOrMore(identifiers)]));
}

function conditions(given: Statement["conditions"]): unknown {
  if (!given) return undefined;
  const tests = [...new Set(given.map(({ test }) => test))];
  const variables = (test: string) => given.filter((each) => each.test === test);
  return Object.fromEntries(
    tests.map((test) => [
      test,
      Object.fromEntries(variables(test).map(({ variable, values }) => [variable, oneOrMore(values)])),
    ]),
  );
}
