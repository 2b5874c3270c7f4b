import type { NetworkArgs } from "../network/peers.ts";
import type { Alarm } from "./alarm.ts";
import type { Panel } from "./panel.ts";
import { backupPanels, certificatePanels, environmentPanels, volumePanels } from "./panels.ts";
import {
  backupAlarms,
  certificateAlarms,
  doorAlarms,
  entryAlarms,
  volumeAlarms,
  watchAlarms,
} from "./platform-alarms.ts";
import { podAlarms, workAlarms } from "./speckle-alarms.ts";

/** What is watched in environments that have something in common. */
export interface Watch {
  readonly what: string;
  readonly applies: (args: NetworkArgs) => boolean;
  readonly alarms: (args: NetworkArgs) => readonly Alarm[];
  readonly panels: (args: NetworkArgs) => readonly Panel[];
}

/** Everything that may be watched. */
export const watches: readonly Watch[] = [
  {
    what: "Every environment",
    applies: () => true,
    alarms: (args) => [...podAlarms(args), ...workAlarms(args), ...doorAlarms(args), ...watchAlarms(args)],
    panels: environmentPanels,
  },
  {
    what: "With a Traefik of its own",
    applies: ({ shared = [] }) => !shared.includes("traefik"),
    alarms: entryAlarms,
    panels: () => [],
  },
  {
    what: "With a store in the cluster",
    applies: ({ postgres, cache, objectStore }) =>
      [postgres, cache, objectStore].some(({ at }) => at === "cluster"),
    alarms: volumeAlarms,
    panels: volumePanels,
  },
  {
    what: "With backups of a database in the cluster",
    applies: ({ backup }) => backup !== undefined,
    alarms: backupAlarms,
    panels: backupPanels,
  },
  {
    what: "With a cert-manager of its own or a shared one",
    applies: ({ certManager }) => certManager === true,
    alarms: certificateAlarms,
    panels: certificatePanels,
  },
];

/** The alarms of an environment. */
export function alarms(args: NetworkArgs): Alarm[] {
  return watched(args).flatMap((watch) => watch.alarms(args));
}

/** The pictures of an environment's dashboard. */
export function panels(args: NetworkArgs): Panel[] {
  return watched(args).flatMap((watch) => watch.panels(args));
}

function watched(args: NetworkArgs): Watch[] {
  return watches.filter(({ applies }) => applies(args));
}
