import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { homeOf } from "../../rehearsal/home.ts";
import { guestsOf, hostOf, rememberHost } from "../../rehearsal/sharing.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("the control plane a rehearsal runs on", () => {
  const folder = temporaryFolder("sharing");
  const [host, guest] = [homeOf("host", folder), homeOf("guest", folder)];

  it("is its own when nobody says otherwise", () => {
    assert.equal(hostOf(guest, folder), guest);
    assert.equal(hostOf(guest, folder, "guest"), guest);
    assert.deepEqual(guestsOf(host, folder), []);
  });

  it("is the one named, and stays it", () => {
    assert.equal(hostOf(guest, folder, "host").root, host.root);
    assert.equal(existsSync(guest.root), false, "nothing is written before anything is done");
    rememberHost(guest, host);
    assert.equal(hostOf(guest, folder).root, host.root);
    mkdirSync(host.root, { recursive: true });
    assert.deepEqual(
      guestsOf(host, folder).map(({ stack }) => stack),
      ["guest"],
    );
  });

  it("is no other than it was until the rehearsal ends", () => {
    assert.throws(() => hostOf(guest, folder, "third"), /guest is on the cluster of host.*\n.*down guest/);
  });
});
