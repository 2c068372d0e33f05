/** What Windows says of its network. Parsing only; the numbers and addresses are the same in every display language. */
import type { InterfaceKind } from '@cac/shared/records.ts';
import type { DefaultRoute } from './linux.ts';

const ROUTE = /^\s*0\.0\.0\.0\s+0\.0\.0\.0\s+(\d+\.\d+\.\d+\.\d+)\s+(\d+\.\d+\.\d+\.\d+)\s+(\d+)\s*$/;

/** `route print 0.0.0.0`: the default route with the lowest metric. Persistent routes and `On-link` have other columns. */
export function parseRoutePrint(text: string): DefaultRoute | null {
  const routes = text.split(/\r?\n/).flatMap((line) => {
    const found = ROUTE.exec(line);
    return found ? [{ gateway: found[1]!, via: found[2]!, metric: Number(found[3]) }] : [];
  });
  const best = routes.sort((a, b) => a.metric - b.metric)[0];
  return best ? { via: best.via, gateway: best.gateway } : null;
}

/** The kind of an interface by the name Windows gives it (French and English): `Wi-Fi`, `Ethernet 2`, `Connexion au réseau local`. */
export function kindOfName(name: string): InterfaceKind {
  if (/wi-?fi|wlan|wireless|sans fil/i.test(name)) return 'wifi';
  if (/cellul|mobile|wwan|modem/i.test(name)) return 'mobile';
  return /ethernet|local area|réseau local|reseau local/i.test(name) ? 'wired' : 'other';
}

/** `netsh wlan show interfaces`: the one line that ends in a percentage, in every display language. */
export function parseNetsh(text: string): number | null {
  const share = /^[^\r\n:]+:\s*(\d{1,3})\s*%\s*$/m.exec(text)?.[1];
  return share === undefined ? null : Math.min(100, Number(share));
}
