import type { NetworkArgs } from "../network/peers.ts";
import type { Alarm } from "./alarm.ts";
import {
  backupAlarms,
  certificateAlarms,
  doorAlarms,
  entryAlarms,
  volumeAlarms,
  watchAlarms,
} from "./platform-alarms.ts";
import { podAlarms, workAlarms } from "./speckle-alarms.ts";

/** Alarms that environments with something in common have. */
export interface AlarmSet {
  readonly what: string;
  readonly applies: (args: NetworkArgs) => boolean;
  readonly alarms: (args: NetworkArgs) => readonly Alarm[];
}

/** Every alarm there may be. */
export const alarmSets: readonly AlarmSet[] = [
  {
    what: "Every environment",
    applies: () => true,
    alarms: (args) => [...podAlarms(args), ...workAlarms(args), ...doorAlarms(args), ...watchAlarms(args)],
  },
  {
    what: "With a Traefik of its own",
    applies: ({ shared = [] }) => !shared.includes("traefik"),
    alarms: entryAlarms,
  },
  {
    what: "With a store in the cluster",
    applies: ({ postgres, cache, objectStore }) =>
      [postgres, cache, objectStore].some(({ at }) => at === "cluster"),
    alarms: volumeAlarms,
  },
  {
    what: "With backups of a database in the cluster",
    applies: ({ backup }) => backup !== undefined,
    alarms: backupAlarms,
  },
  {
    what: "With a cert-manager of its own or a shared one",
    applies: ({ certManager }) => certManager === true,
    alarms: certificateAlarms,
  },
];

/** The alarms of an environment. */
export function alarms(args: NetworkArgs): Alarm[] {
  return alarmSets.filter(({ applies }) => applies(args)).flatMap((set) => set.alarms(args));
}
