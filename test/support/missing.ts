import assert from "node:assert/strict";

/** Stands for tests that need something this machine lacks; continuous integration has to have it. */
export function itIsNotTried(what: string): void {
  it(`is not tried here: ${what}`, () => assert.ok(!process.env.CI, "continuous integration has to try it"));
}
