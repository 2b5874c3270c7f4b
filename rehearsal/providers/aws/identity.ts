import { randomBytes, randomUUID } from "node:crypto";
import { type CloudResource, findRecord } from "../cloud/table.ts";
import { arn, refusePolicy, regional, regionOf } from "./account.ts";
import { types } from "./types.ts";

/** AWS's identities and keys. */
export const identityResources: Record<string, CloudResource> = {
  [types.role]: {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "namePrefix", "path"],
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs, prior }) => ({
      arn: arn("iam", "", `role${inputs.path ?? "/"}${inputs.name}`),
      uniqueId: prior.uniqueId ?? `AROA${hexDigits(16)}`,
      createDate: prior.createDate ?? new Date().toISOString(),
      maxSessionDuration: inputs.maxSessionDuration ?? 3600,
    }),
    refuse: ({ assumeRolePolicy }) => refusePolicy(assumeRolePolicy),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    autoname: "name",
    unique: ["role", "name"],
    replaces: ["name", "namePrefix", "role"],
    refers: { role: types.role },
    id: ({ inputs }) => `${inputs.role}:${inputs.name}`,
    refuse: ({ policy }) => refusePolicy(policy),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    unique: ["role", "policyArn"],
    replaces: ["role", "policyArn"],
    refers: { role: types.role },
    id: ({ inputs, sequence }) => `${inputs.role}-${sequence}`,
    refuse: ({ policyArn }, cloud) =>
      String(policyArn).startsWith("arn:aws:iam::aws:policy/") || findRecord(cloud, types.policy, policyArn)
        ? undefined
        : `policy ${policyArn} does not exist (NoSuchEntity)`,
  },
  [types.policy]: {
    autoname: "name",
    unique: ["name"],
    replaces: ["name", "namePrefix", "path", "description"],
    held: true,
    id: ({ inputs }) => arn("iam", "", `policy${inputs.path ?? "/"}${inputs.name}`),
    outputs: ({ id, prior }) => ({
      arn: id,
      policyId: prior.policyId ?? `ANPA${hexDigits(16)}`,
      attachmentCount: 0,
    }),
    refuse: ({ policy }) => refusePolicy(policy),
  },
  [types.user]: {
    autoname: "name",
    unique: ["name"],
    held: true,
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs, prior }) => ({
      arn: arn("iam", "", `user${inputs.path ?? "/"}${inputs.name}`),
      uniqueId: prior.uniqueId ?? `AIDA${hexDigits(16)}`,
    }),
  },
  "aws:iam/userPolicy:UserPolicy": {
    autoname: "name",
    unique: ["user", "name"],
    replaces: ["name", "namePrefix", "user"],
    refers: { user: types.user },
    id: ({ inputs }) => `${inputs.user}:${inputs.name}`,
    refuse: ({ policy }) => refusePolicy(policy),
  },
  "aws:iam/accessKey:AccessKey": {
    replaces: ["user", "pgpKey"],
    oneOf: { status: ["Active", "Inactive"] },
    secrets: ["secret", "sesSmtpPasswordV4", "encryptedSecret", "encryptedSesSmtpPasswordV4"],
    refers: { user: types.user },
    id: () => `AKIA${hexDigits(16)}`,
    outputs: ({ inputs, prior }) => ({
      secret: prior.secret ?? randomBytes(30).toString("base64url"),
      sesSmtpPasswordV4: prior.sesSmtpPasswordV4 ?? randomBytes(30).toString("base64url"),
      createDate: prior.createDate ?? new Date().toISOString(),
      status: inputs.status ?? "Active",
    }),
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    unique: ["url"],
    replaces: ["url"],
    id: ({ inputs }) => arn("iam", "", `oidc-provider/${String(inputs.url).replace("https://", "")}`),
    outputs: ({ id, inputs }) => ({ arn: id, thumbprintLists: inputs.thumbprintLists ?? [] }),
  },
  [types.key]: regional("kms", (id) => `key/${id}`, {
    replaces: ["customerMasterKeySpec", "keyUsage", "customKeyStoreId", "multiRegion", "xksKeyId"],
    oneOf: { keyUsage: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"] },
    id: () => randomUUID(),
    outputs: ({ id, inputs }) => ({ keyId: id, isEnabled: inputs.isEnabled ?? true }),
    refuse: ({ policy, deletionWindowInDays: days }) =>
      days !== undefined && (Number(days) < 7 || Number(days) > 30)
        ? "deletionWindowInDays is from 7 to 30 (ValidationException)"
        : policy === undefined
          ? undefined
          : refusePolicy(policy),
  }),
  "aws:kms/alias:Alias": {
    unique: ["name"],
    replaces: ["name", "namePrefix"],
    refers: { targetKeyId: types.key },
    id: ({ inputs }) => String(inputs.name),
    outputs: ({ inputs, cloud }) => ({
      arn: arn("kms", regionOf(cloud, inputs), String(inputs.name)),
      targetKeyArn: findRecord(cloud, types.key, inputs.targetKeyId)?.outputs.arn,
    }),
    refuse: ({ name }) =>
      /^alias\/(?!aws\/)[\w/-]+$/.test(String(name))
        ? undefined
        : `name "${name}" does not begin with alias/ (InvalidAliasName)`,
  },
};

function hexDigits(count: number): string {
  return randomBytes(count).toString("hex").slice(0, count).toUpperCase();
}
