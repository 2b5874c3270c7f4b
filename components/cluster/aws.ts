import type { AwsArgs } from "./aws-plan.ts";
import type { CloudMaker } from "./cloud.ts";

export const aws: CloudMaker<AwsArgs> = {
  create: () => {
    throw new Error("unfinished");
  },
};
