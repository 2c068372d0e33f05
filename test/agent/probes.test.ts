/** Parsing what real machines say, and probes against sockets of this one. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createNameCache } from '@cac/agent/probes/names.ts';
import * as assert from 'uvu/assert';
import { interfaceKind, parseArp, parseRoutes } from '@cac/agent/probes/linux.ts';
import { readTargets, runProbes } from '@cac/agent/probes/table.ts';
import { kindOfName, parseRoutePrint } from '@cac/agent/probes/windows.ts';
import { nameBoot, parseBootId } from '@cac/agent/service/boot-name.ts';
import { readJobs } from '@cac/agent/service/shutdown.ts';
import { parseMachineGuid, parseSerial } from '@cac/agent/uplink/hardware.ts';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { isOurs, probePortal, type HealthAnswer } from '@cac/agent/probes/portal.ts';
import { suite } from '../harness.ts';

const test = suite('probes');

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlp3s0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
enp2s0\t00000000\tFE01A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
enp2s0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`;

test('Linux: the default route with the lowest metric', () => {
  assert.equal(parseRoutes(ROUTES), { via: 'enp2s0', gateway: '192.168.1.254' });
  assert.is(parseRoutes(ROUTES.split('\n').slice(0, 1).join('\n')), null);
  assert.is(parseRoutes(''), null);
});

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.254    0x1         0x2         a4:91:b1:00:11:22     *        enp2s0
192.168.1.77     0x1         0x0         00:00:00:00:00:00     *        enp2s0
`;

test('Linux: a neighbour is live, proven silent, or unknown', () => {
  assert.equal(['192.168.1.254', '192.168.1.77', '192.168.1.25'].map((a) => parseArp(ARP, a)), ['live', 'dead', 'absent']);
});

test('Linux: wired, Wi-Fi, mobile', () => {
  assert.is(interfaceKind('wlp3s0', 'DEVTYPE=wlan\nINTERFACE=wlp3s0\nIFINDEX=3\n', true), 'wifi');
  assert.is(interfaceKind('enp2s0', 'INTERFACE=enp2s0\nIFINDEX=2\n', false), 'wired');
  assert.is(interfaceKind('wwan0', 'DEVTYPE=wwan\nINTERFACE=wwan0\n', false), 'mobile');
  assert.is(interfaceKind('tun0', '', false), 'other');
});

const WINDOWS_FR = `===========================================================================
Liste d'Interfaces
 12...8c 16 45 aa bb cc ......Intel(R) Ethernet Connection (7) I219-V
  1...........................Software Loopback Interface 1
===========================================================================

IPv4 Table de routage
===========================================================================
Itinéraires actifs :
Destination réseau    Masque réseau  Adr. passerelle   Adr. interface Métrique
          0.0.0.0          0.0.0.0      192.168.1.1    192.168.1.34     25
          0.0.0.0          0.0.0.0     192.168.43.1    192.168.43.8     55
===========================================================================
Itinéraires persistants :
  Adresse réseau    Masque réseau  Adresse passerelle Métrique
          0.0.0.0          0.0.0.0      10.0.0.1  Par défaut
===========================================================================\r
`;

test('Windows: route print, in French, with a persistent route', () => {
  assert.equal(parseRoutePrint(WINDOWS_FR), { via: '192.168.1.34', gateway: '192.168.1.1' });
  assert.is(parseRoutePrint('Active Routes:\r\nNone\r\n'), null);
});

test('Windows: names of interfaces', () => {
  assert.equal(['Wi-Fi', 'Ethernet 2', 'Connexion au réseau local', 'Connexion réseau sans fil', 'Cellulaire', 'VirtualBox'].map(kindOfName), ['wifi', 'wired', 'wired', 'wifi', 'mobile', 'other']);
});

test('Windows: MachineGuid and serial numbers', () => {
  assert.is(parseMachineGuid('\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Cryptography\r\n    MachineGuid    REG_SZ    5f6d0b1a-90cd-4b8c-9c2f-0b7d4a6f1e22\r\n\r\n'), '5f6d0b1a-90cd-4b8c-9c2f-0b7d4a6f1e22');
  assert.is(parseSerial('SerialNumber  \r\r\nPF1ABCDE      \r\r\n\r\r\n'), 'PF1ABCDE');
  assert.is(parseSerial('\r\n'), null);
});

const REG_BOOT_ID = `\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters\r\n    BootId    REG_DWORD    0x1f3\r\n\r\n`;

test('Windows: the boot counter of the registry, whatever the display language', () => {
  assert.is(parseBootId(REG_BOOT_ID), 499);
  assert.is(parseBootId('ERREUR : Le système n\u2019a pas trouvé la clé ou la valeur de Registre spécifiée.\r\n'), null);
  assert.is(parseBootId(''), null);
});

const NAMES: { name: string; known: string | null; counter: number | null; minute: number; is: string }[] = [
  { name: 'first start', known: null, counter: 499, minute: 1000, is: 'win-499-1000' },
  { name: 'the same count is the same boot, whatever the clock says', known: 'win-499-1000', counter: 499, minute: 577_000, is: 'win-499-1000' },
  { name: 'the next count is another boot, however soon', known: 'win-499-1000', counter: 500, minute: 1001, is: 'win-500-1001' },
  { name: 'C-04: a disk restored from an image of boot 480 counts 481 again, under another name', known: 'win-480-700', counter: 481, minute: 9000, is: 'win-481-9000' },
  { name: 'the counter cannot be read for once', known: 'win-499-1000', counter: null, minute: 1002, is: 'win-499-1000' },
  { name: 'the counter cannot be read in a later boot', known: 'win-499-1000', counter: null, minute: 1003, is: 'up-1003' },
  { name: 'no counter: first start', known: null, counter: null, minute: 1000, is: 'up-1000' },
  { name: 'no counter: the boot by the clock moved by two minutes', known: 'up-1000', counter: null, minute: 1002, is: 'up-1000' },
  { name: 'no counter: by more', known: 'up-1000', counter: null, minute: 1003, is: 'up-1003' },
  { name: 'a counter where there was none, in the same boot', known: 'up-1000', counter: 499, minute: 1001, is: 'up-1000' },
  { name: 'a counter where there was none, in the next boot', known: 'up-1000', counter: 500, minute: 1010, is: 'win-500-1010' },
];
for (const { name, known, counter, minute, is } of NAMES) test(`Windows: which boot this is: ${name}`, () => assert.is(nameBoot(known, counter, minute * 60_000), is));

test('systemd: what the machine is going down for', () => {
  assert.is(readJobs('  4711 reboot.target                start waiting\n  4712 systemd-reboot.service start waiting\n'), 'reboot');
  assert.is(readJobs('  4711 poweroff.target                start waiting\n'), 'shutdown');
});

test('targets: host and port, brackets for IPv6, 443 by default, nonsense left out', () => {
  assert.equal(readTargets('example.ma:8443, 1.1.1.1,[2001:db8::1]:53, ;rm'), [{ host: 'example.ma', port: 8443 }, { host: '1.1.1.1', port: 443 }, { host: '2001:db8::1', port: 53 }]);
  assert.is(readTargets(undefined).length, 3);
  assert.is(readTargets(' ').length, 3);
});

const HEALTH = '{"ok":true,"code":"ok"}';
const ANSWERS: { name: string; answer: HealthAnswer; ours: boolean }[] = [
  { name: 'the server itself', answer: { status: 200, location: null, body: HEALTH }, ours: true },
  { name: 'the server, not well', answer: { status: 503, location: null, body: '{"ok":false,"code":"disk_full"}' }, ours: true },
  { name: 'a page to sign in', answer: { status: 200, location: null, body: '<html>Bienvenue, connectez-vous' }, ours: false },
  { name: 'a redirect to a portal', answer: { status: 302, location: 'http://portail.example/login', body: '' }, ours: false },
  { name: 'a redirect to its own name', answer: { status: 308, location: 'https://constat.example/health', body: '' }, ours: true },
  { name: 'a proxy that wants a password', answer: { status: 407, location: null, body: 'Proxy Authentication Required' }, ours: false },
  { name: 'a gateway before a server that is down', answer: { status: 502, location: null, body: 'Bad Gateway' }, ours: true },
];
for (const { name, answer, ours } of ANSWERS) test(`B-18 portal: ${name}`, () => assert.is(isOurs(answer, 'http://constat.example:8080'), ours));

test('B-18 portal: what answers in the server’s place is told from silence', async () => {
  const portal = createHttpServer((_, answer) => void answer.writeHead(302, { location: 'http://portail.example/' }).end()).listen(0, '127.0.0.1');
  await once(portal, 'listening');
  assert.is(await probePortal({ server: `http://127.0.0.1:${(portal.address() as AddressInfo).port}` }, 1_000), 'captive');
  portal.close();
  assert.is(await probePortal({ server: 'http://127.0.0.1:9' }, 1_000), 'no_evidence');
});

test('a failing probe is a result and stops no other', async () => {
  const server = await new Promise<Server>((done) => {
    const s = createServer((socket) => void socket.destroy()).listen(0, '127.0.0.1', () => done(s));
  });
  const { port } = server.address() as AddressInfo;
  const results = await runProbes(['gw', 'net1', 'net2', 'srv', 'dns', 'none'], { gateway: '127.0.0.1', targets: [{ host: '127.0.0.1', port }, { host: '127.0.0.1', port: 1 }], server: { host: '127.0.0.1', port: 1 }, road: { server: 'http://127.0.0.1:9' }, roundTripMs: 42, failure: null, names: createNameCache(() => {}), spent: () => {} });
  server.close();
  assert.type(results['gw'], 'number');
  assert.type(results['net1'], 'number');
  assert.equal([results['net2'], results['srv'], results['dns'], results['none']], ['refused', 42, undefined, undefined]);
});

test.run();
