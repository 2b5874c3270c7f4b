import assert from "node:assert/strict";
import { awsProvider } from "../../rehearsal/providers/aws/provider.ts";
import { digitaloceanProvider } from "../../rehearsal/providers/digitalocean/provider.ts";
import { cloudBench } from "../support/cloud.ts";

describe("machines of the simulated DigitalOcean", () => {
  const droplet = "digitalocean:index/droplet:Droplet";
  const firewall = "digitalocean:index/firewall:Firewall";
  let bench: ReturnType<typeof cloudBench>;
  beforeEach(() => {
    bench = cloudBench(digitaloceanProvider);
  });

  const network = () =>
    bench.make("digitalocean:index/vpc:Vpc", "network", {
      name: "n",
      region: "fra1",
      ipRange: "10.40.0.0/20",
    });
  const machine = async (more: object = {}) =>
    bench.make(droplet, "machine", {
      region: "fra1",
      size: "s-1vcpu-1gb",
      image: "debian-12-x64",
      vpcUuid: (await network()).id,
      ...more,
    });

  it("stand in a network that is there, and have an address in it", async () => {
    const { open } = await machine();
    assert.match(open.ipv4AddressPrivate, /^10\.40\./);
    await assert.rejects(bench.make(droplet, "other", { image: "x", size: "x", vpcUuid: "y" }), /NotFound/);
  });

  it("are made anew with other user data, and take 64 KiB of it", async () => {
    const one = await machine({ userData: "a" });
    assert.deepEqual((await bench.diff(one, { userData: "b" })).replaces, ["userData"]);
    assert.deepEqual((await bench.diff(one, { size: "s-1vcpu-2gb" })).replaces, []);
    const long = { image: "x", size: "x", region: "fra1", userData: "x".repeat(65_537) };
    await assert.rejects(bench.make(droplet, "other", long), /64 KiB/);
  });

  it("give a reserved address away without another one", async () => {
    const { id } = await machine();
    const type = "digitalocean:index/reservedIp:ReservedIp";
    const reserved = await bench.make(type, "address", { region: "fra1", dropletId: Number(id) });
    const { replaces } = await bench.diff(reserved, { dropletId: 1 });
    assert.deepEqual(replaces, []);
    await assert.rejects(bench.make(type, "other", { region: "fra1", dropletId: 1 }), /NotFound/);
  });

  const rule = { protocol: "tcp", portRange: "443", sourceAddresses: ["0.0.0.0/0"] };
  const wrong: [what: string, inputs: object, words: RegExp][] = [
    ["for a tag that is not there", { tags: ["x"], inboundRules: [rule] }, /NotFound/],
    ["without a rule", {}, /at least one rule/],
    ["for no ports", { inboundRules: [{ ...rule, portRange: undefined }] }, /names its ports/],
    ["from nowhere", { inboundRules: [{ protocol: "tcp", portRange: "443" }] }, /no other side/],
    ["for an unknown protocol", { inboundRules: [{ ...rule, protocol: "sctp" }] }, /must be one of/],
  ];
  for (const [what, inputs, words] of wrong)
    it(`have no firewall ${what}`, async () => {
      await assert.rejects(bench.make(firewall, "firewall", { name: "f", ...inputs }), words);
    });
});

describe("machines of the simulated AWS", () => {
  const instance = "aws:ec2/instance:Instance";
  const plug = "aws:ec2/networkInterface:NetworkInterface";
  const ami = "ami-0123456789abcdef0";
  let bench: ReturnType<typeof cloudBench>;
  let subnetId: string;
  beforeEach(async () => {
    bench = cloudBench(awsProvider);
    await bench.configure();
    const { id: vpcId } = await bench.make("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = { vpcId, cidrBlock: "10.0.0.0/24", availabilityZone: "eu-central-1a" };
    subnetId = (await bench.make("aws:ec2/subnet:Subnet", "subnet", subnet)).id;
  });

  it("share no interface, and hold it until they are gone", async () => {
    const one = await bench.make(plug, "interface", { subnetId });
    assert.match(one.open.privateIp, /^10\.0\.0\./);
    const inputs = { ami, instanceType: "t3.micro", primaryNetworkInterface: { networkInterfaceId: one.id } };
    const made = await bench.make(instance, "machine", inputs);
    await assert.rejects(bench.make(instance, "other", inputs), /InUse/);
    await assert.rejects(bench.remove(one), /DependencyViolation/);
    await bench.remove(made);
    await bench.remove(one);
  });

  it("are made anew with other user data where that is said, and take 16 KiB of it", async () => {
    const inputs = { ami, instanceType: "t3.micro", subnetId, userData: "a" };
    const kept = await bench.make(instance, "kept", inputs);
    assert.deepEqual((await bench.diff(kept, { userData: "b" })).replaces, []);
    const anew = await bench.make(instance, "anew", { ...inputs, userDataReplaceOnChange: true });
    assert.deepEqual((await bench.diff(anew, { userData: "b" })).replaces, ["userData"]);
    await assert.rejects(bench.make(instance, "long", { ...inputs, userData: "x".repeat(16_385) }), /16384/);
  });

  it("start from an image that has an id", async () => {
    await assert.rejects(bench.make(instance, "m", { ami: "debian", subnetId }), /InvalidAMIID/);
    const token = "aws:ssm/getParameter:getParameter";
    const name = "/aws/service/debian/release/12/latest/amd64";
    const found = await bench.provider.invoke?.(token, { name });
    assert.match(String(found?.insecureValue), /^ami-/);
    await assert.rejects(async () => bench.provider.invoke?.(token, { name: "/x" }), /ParameterNotFound/);
  });
});
