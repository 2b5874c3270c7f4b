import { monitoringPage } from "../components/monitoring/page.ts";
import { outboundPage } from "../components/network/outbound-page.ts";
import { networkPage } from "../components/network/page.ts";
import { secretsPage } from "../components/secrets/page.ts";
import { securityPage } from "../components/security/page.ts";
import { volumesPage } from "../components/security/volumes-page.ts";
import { settingsPage } from "../stacks/page.ts";
import { componentsPage } from "./components-page.ts";
import { requirementsPage } from "./requirements/page.ts";

/** Every generated page below docs/, by its file's name. */
export const pages: Readonly<Record<string, () => string>> = {
  "components.md": componentsPage,
  "monitoring.md": monitoringPage,
  "network.md": networkPage,
  "outbound.md": outboundPage,
  "requirements.md": requirementsPage,
  "settings.md": settingsPage,
  "secrets.md": secretsPage,
  "security.md": securityPage,
  "volumes.md": volumesPage,
};
