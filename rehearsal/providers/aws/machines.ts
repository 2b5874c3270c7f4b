import { addressIn } from "../cloud/cidr.ts";
import { type Cloud, type CloudResource, findRecord, recordsOf, valuesAt } from "../cloud/table.ts";
import type { Properties } from "../plugin.ts";
import { accountId, hexId, regional } from "./account.ts";
import { securityGroups, types } from "./types.ts";

/** Largest user data in bytes. */
const userDataBytes = 16 * 1024;

/** AWS's single machines and their network interfaces. */
export const machineResources: Record<string, CloudResource> = {
  [types.networkInterface]: regional("ec2", (id) => `network-interface/${id}`, {
    replaces: ["subnetId", "interfaceType"],
    refers: { subnetId: types.subnet, "securityGroups[]": securityGroups },
    held: true,
    id: hexId("eni"),
    outputs: ({ inputs, cloud, sequence }) => ({
      privateIp:
        inputs.privateIp ??
        addressIn(
          String(findRecord(cloud, types.subnet, inputs.subnetId)?.inputs.cidrBlock),
          4 + (sequence % 200),
        ),
      ownerId: accountId,
    }),
  }),
  [types.instance]: regional("ec2", (id) => `instance/${id}`, {
    replaces: [
      ...["ami", "availabilityZone", "keyName", "subnetId", "privateIp"],
      ...["primaryNetworkInterface", "primaryNetworkInterface.networkInterfaceId"],
    ],
    replacesWhen: (_olds, { userDataReplaceOnChange }) =>
      userDataReplaceOnChange === true ? ["userData", "userDataBase64"] : [],
    oneOf: {
      "metadataOptions.httpEndpoint": ["enabled", "disabled"],
      "metadataOptions.httpTokens": ["optional", "required"],
    },
    refers: {
      subnetId: types.subnet,
      "vpcSecurityGroupIds[]": securityGroups,
      "primaryNetworkInterface.networkInterfaceId": types.networkInterface,
    },
    held: true,
    id: hexId("i"),
    outputs: () => ({ instanceState: "running" }),
    refuse: refuseInstance,
  }),
};

const plugPath = "primaryNetworkInterface.networkInterfaceId";

function refuseInstance(inputs: Properties, cloud: Cloud, olds?: Properties): string | undefined {
  if (!/^ami-[0-9a-f]{8,17}$/.test(String(inputs.ami)))
    return `"${inputs.ami}" is no image's id (InvalidAMIID.Malformed)`;
  if (String(inputs.userData ?? "").length > userDataBytes)
    return `user data is limited to ${userDataBytes} bytes (InvalidParameterValue)`;
  const [plug] = valuesAt(inputs, plugPath);
  if (plug && (inputs.subnetId || inputs.vpcSecurityGroupIds))
    return "an interface brings subnet and security groups of its own (InvalidParameterCombination)";
  const holder = recordsOf(cloud, types.instance).find(
    (other) => valuesAt(other.inputs, plugPath)[0] === plug,
  );
  return plug && holder && !olds
    ? `interface ${plug} is attached to ${holder.id} (InvalidNetworkInterface.InUse)`
    : undefined;
}
