import {
  ArrowDownUp,
  ChartLine,
  Clock,
  Cloud,
  CodeXml,
  Container,
  Cpu,
  Database,
  Dices,
  File,
  FileText,
  Folder,
  Funnel,
  Globe,
  KeyRound,
  ListOrdered,
  type LucideIcon,
  Mail,
  MessageCircle,
  Plug,
  Search,
  Table2,
  Type,
} from 'lucide-react';
import type { PluginSummary } from '../../server/entities/console-plugin.ts';

const icons: ReadonlyMap<string, LucideIcon> = new Map([
  ['broker', ArrowDownUp],
  ['chart', ChartLine],
  ['chat', MessageCircle],
  ['clock', Clock],
  ['cloud', Cloud],
  ['code', CodeXml],
  ['database', Database],
  ['device', Cpu],
  ['document', FileText],
  ['file', File],
  ['filter', Funnel],
  ['folder', Folder],
  ['generator', Dices],
  ['key', KeyRound],
  ['mail', Mail],
  ['object-store', Container],
  ['queue', ListOrdered],
  ['search', Search],
  ['table', Table2],
  ['text', Type],
  ['web', Globe],
]);

/** A package's own picture is never part of the page: as an image it can neither run nor load anything. */
export function PluginIcon({ icon }: Pick<PluginSummary, 'icon'>) {
  const Icon = 'name' in icon ? (icons.get(icon.name) ?? Plug) : Plug;
  return (
    <span className="shrink-0 rounded-md border bg-raised p-2 text-accent">
      {'svg' in icon ? (
        // biome-ignore lint/performance/noImgElement: it is in the answer already, there is nothing to optimise.
        <img alt="" className="size-5" src={`data:image/svg+xml,${encodeURIComponent(icon.svg)}`} />
      ) : (
        <Icon aria-hidden className="size-5" strokeWidth={1.7} />
      )}
    </span>
  );
}
