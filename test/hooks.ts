import "./support/temporary.ts";
import * as settings from "@pulumi/pulumi/runtime/settings.js";
import { isHangUp } from "../rehearsal/hang-up.ts";

// Connections are shared by address, and tried again for ever after a run that failed: hundreds of engines talk to this
// process, and one that got the port of such a connection would be taken for dead.
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: Record<string, unknown> };
grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;

const rejections: unknown[] = [];
const expected: RegExp[] = [];

/** Lets the running test's program end in an error with these words, which the engine reports too. */
export function expectRejection(words: RegExp): void {
  expected.push(words);
}

/**
 * Mocha passes a test whose promise is rejected unseen, and a failed registration shows up as nothing else. An engine
 * that hangs up on a program it refuses says so in the run's own result, which every test reads: whether the program
 * was still talking is a matter of milliseconds.
 */
export const mochaHooks = {
  beforeAll() {
    process.on("unhandledRejection", (reason) => {
      if (!isHangUp(reason)) rejections.push(reason);
    });
  },
  async afterEach() {
    await new Promise((resolve) => setImmediate(resolve));
    const allowed = expected.splice(0);
    const [first] = rejections
      .splice(0)
      .filter((reason) => !allowed.some((words) => words.test(String(reason))));
    if (first !== undefined) throw first;
  },
};
