import assert from "node:assert/strict";
import { receiverPort, receiverProgram, userData } from "../../../components/entry/machine.ts";

const secret = "c".repeat(48);
const text = userData({ secret, nodeRanges: ["10.50.0.0/18", "10.50.64.0/18"] });
const [first = "", ...rest] = text.split("\n");
const config = JSON.parse(rest.join("\n"));
const fileOf = (path: string) =>
  config.write_files.find((file: { path: string }) => file.path.endsWith(path)) ?? assert.fail(path);

describe("what the machine of a fixed entry is told", () => {
  it("is a cloud-config of a size that every cloud takes", () => {
    assert.equal(first, "#cloud-config");
    // AWS's limit.
    assert.ok(Buffer.byteLength(text) < 16 * 1024, `${Buffer.byteLength(text)} bytes`);
  });

  it("has the shipped receiver, and the secret in one file that root alone can read", () => {
    assert.equal(fileOf("/receiver.py").content, receiverProgram());
    assert.deepEqual(fileOf("/secret"), {
      path: "/etc/speckle-entry/secret",
      content: secret,
      permissions: "0600",
    });
    assert.equal(text.split(secret).length, 2);
  });

  it("lets nobody log in", () => {
    assert.deepEqual(
      config.users.map(({ shell }: { shell: string }) => shell),
      ["/usr/sbin/nologin"],
    );
    assert.equal(config.ssh_pwauth, false);
    assert.ok(config.runcmd.some((command: string[]) => command.join(" ") === "systemctl disable --now ssh"));
  });

  it("runs the receiver without rights, and HAProxy as Debian does but for the receiver's file", () => {
    const unit = fileOf("/speckle-entry.service").content;
    assert.match(unit, /^User=speckle-entry$/m);
    assert.match(unit, /^NoNewPrivileges=yes$/m);
    assert.match(unit, new RegExp(`--listen=0\\.0\\.0\\.0:${receiverPort} --secret=%d/secret `));
    assert.match(unit, / --nodes=10\.50\.0\.0\/18,10\.50\.64\.0\/18$/m);
    assert.match(
      fileOf("/haproxy.service.d/speckle-entry.conf").content,
      /^Environment="EXTRAOPTS=-S \/run\/haproxy-master\.sock,mode,660,group,speckle-entry -f \/var\/lib\/speckle-entry\/haproxy\.cfg"$/m,
    );
  });
});
