import assert from "node:assert/strict";

/** Stands for tests that need something this machine lacks; continuous integration has to have it, by this means. */
export function itIsNotTried(what: string, fix: string): void {
  it(`is not tried here: ${what}`, () =>
    assert.ok(!process.env.CI, `${what}, and continuous integration has to try it: ${fix}`));
}
