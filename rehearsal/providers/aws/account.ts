import { randomBytes } from "node:crypto";
import type { Cloud, CloudResource } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";

/** The simulated account; the one AWS uses in its own examples. */
export const accountId = "123456789012";

/** An account that is nobody's, for credentials that lead to the wrong one. */
const otherAccountId = "999999999999";

/** Regions with their zones' letters. AWS, 2026-08; those a team is likely to choose. */
const zoneLetters: Record<string, string> = {
  "us-east-1": "abcdef",
  "us-east-2": "abc",
  "us-west-2": "abcd",
  "ca-central-1": "abd",
  "eu-central-1": "abc",
  "eu-west-1": "abc",
  "eu-west-2": "abc",
  "eu-west-3": "abc",
  "eu-north-1": "abc",
  "eu-south-1": "abc",
  "ap-southeast-1": "abc",
  "ap-southeast-2": "abc",
  "ap-northeast-1": "acd",
  "ap-south-1": "abc",
  "sa-east-1": "abc",
};

/** The region a resource is made in. @throws Error when none is configured, or there is no such region */
export function regionOf(cloud: Cloud, inputs: Properties = {}): string {
  const region = String(inputs.region ?? cloud.region);
  if (zoneLetters[region]) return region;
  const reason = region ? `region "${region}" is not one the rehearsal knows` : "no region is configured";
  throw new Error(`${reason}: set aws:region to one of ${Object.keys(zoneLetters).join(", ")}`);
}

/** Why the provider refuses its settings: it asks whose the credentials are before it does anything. */
export function refuseAccount({ allowedAccountIds }: Properties, cloud: Cloud): string | undefined {
  const allowed: unknown = typeof allowedAccountIds === "string" ? JSON.parse(allowedAccountIds) : [];
  // A rehearsal has the account that the stack names, unless it is to have another.
  if (!cloud.suffers("other-account") || !Array.isArray(allowed) || allowed.length === 0) return undefined;
  return `AWS account ID not allowed: ${otherAccountId}; allowed are ${allowed.join(", ")}`;
}

/** Availability zones of a region, such as eu-central-1a. */
export function zonesOf(region: string): string[] {
  return [...(zoneLetters[region] ?? "")].map((letter) => `${region}${letter}`);
}

/** An ARN in the simulated account. */
export function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** An id as AWS makes them: a prefix and seventeen hexadecimal digits. */
export function hexId(prefix: string): () => string {
  return () => `${prefix}-0${randomBytes(8).toString("hex")}`;
}

/** A service's resource with tags and an ARN, whose region is fixed. */
export function regional(
  service: string,
  path: (id: string, inputs: Properties) => string,
  resource: CloudResource,
): CloudResource {
  return {
    ...resource,
    outputs: (made) => ({
      arn: arn(service, regionOf(made.cloud, made.inputs), path(made.id, made.inputs)),
      ...resource.outputs?.(made),
    }),
  };
}

/** Why a text is no policy; AWS reads it as JSON with statements. */
export function refusePolicy(policy: unknown): string | undefined {
  try {
    const document = typeof policy === "string" ? JSON.parse(policy) : policy;
    if (document?.Statement) return undefined;
  } catch {
    return "the policy is no JSON (MalformedPolicyDocument)";
  }
  return "the policy has no Statement (MalformedPolicyDocument)";
}
