import type { Review } from "../review.ts";
import { edgeText, permissionText } from "./words.ts";

type ChangedRoute = Review["routes"]["changed"][number];

/** How a format writes. */
export interface Markup {
  readonly code: (text: string) => string;
  readonly text: (text: string) => string;
  readonly changedRoute: (route: ChangedRoute) => string;
}

/** Titles and lines of what differs besides resources, in the order every format has them. */
export function differences(review: Review, { code, text, changedRoute }: Markup): [string, string[]][] {
  const { images, permissions, routes, edges } = review;
  const route = ({ match, service }: { match: string; service: string }) =>
    `${code(match)} → ${text(service)}`;
  return [
    [
      "Images",
      images.map(
        ({ container, from, to }) => `${text(container)}: ${code(from ?? "none")} → ${code(to ?? "none")}`,
      ),
    ],
    ["New permissions", permissions.granted.map(permissionText).map(text)],
    ["Permissions withdrawn", permissions.withdrawn.map(permissionText).map(text)],
    ["Routes that appear", routes.appeared.map(route)],
    ["Routes that vanish", routes.vanished.map(route)],
    ["Routes that change", routes.changed.map(changedRoute)],
    ["Network edges that open", edges.opened.map(edgeText).map(text)],
    ["Network edges that close", edges.closed.map(edgeText).map(text)],
    ["No longer restricted to what policies allow", edges.unrestricted.map(text)],
    ["Restricted to what policies allow from now on", edges.restricted.map(text)],
  ];
}
