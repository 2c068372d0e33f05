/** Everything the commands say to people, in French (default) and English. */
import type { EnrolFault } from '../uplink/post.ts';
import type { Verdict } from '../service/status.ts';
import { installEn, installFr, type InstallTexts } from './install-texts.ts';

type Layer = NonNullable<Extract<Verdict, { ok: true }>['but']>;
type Todo = Extract<Verdict, { ok: false }>['todo'];

export interface Texts {
  help: string;
  helpOf: Record<Command, string>;
  siteQuestion: (site: string, id: string) => string;
  enrolled: (machine: string, site: string) => string;
  cancelled: string;
  missing: (option: string) => string;
  badOption: { unknown: (option: string) => string; value: (option: string) => string };
  badVoucher: string;
  fault: (fault: EnrolFault) => string;
  alreadyEnrolled: (machine: string) => string;
  noIdentity: (dir: string) => string;
  otherMachine: string;
  alreadyRunning: (pid: number | null) => string;
  journal: (reason: string) => string;
  labels: Record<'machine' | 'site' | 'server' | 'connection' | 'backlog' | 'lastAck' | 'link' | 'probes' | 'bytes' | 'flags' | 'agent' | 'settings', string>;
  /** Settings in force: seconds between pings and batches, the version the server gave (0: none yet), the month's cap, why something waits. */
  settings: (keepaliveS: number, batchS: number, version: number, capMb: number | null, postponed: string | null) => string;
  prepareImage: { done: string; running: string; nothing: string };
  connection: Record<'idle' | 'connecting' | 'greeting' | 'ready', string>;
  never: string;
  ago: (seconds: number) => string;
  records: (count: number) => string;
  ok: string;
  /** The agent is well, people's Internet is not. */
  but: (layer: Layer) => string;
  notOk: string;
  todo: Record<Todo, string>;
  install: InstallTexts;
  showData: { next: string; hello: string; nothing: string; kept: (lo: number, hi: number, W: number) => string; neverCollected: string };
}

export type Command = 'enrol' | 'run' | 'status' | 'show-data' | 'install' | 'uninstall' | 'prepare-image';

const FAILS_EN: Record<Layer, string> = {
  lan: 'no network card is connected', gateway: 'the router does not answer', dns: 'names are not resolved: check the DNS server', portal: 'a sign-in page stands in between', internet: 'none of the addresses tried answers',
};
const FAILS_FR: Record<Layer, string> = {
  lan: 'aucune carte réseau n\'est connectée', gateway: 'le routeur ne répond pas', dns: 'les noms ne sont pas résolus : vérifiez le serveur DNS', portal: 'une page de connexion s\'interpose', internet: 'aucune des adresses essayées ne répond',
};

/** What to do about a fault that the agent found itself, without a word of the server. */
type OwnTodos = Readonly<Record<string, string>>;
const TODO_EN: OwnTodos = {
  server_unreachable: 'Check cable, Wi-Fi and the server\'s address; behind a proxy add --proxy ADDRESS:PORT.',
  tls_error: 'Check this PC\'s date. If a proxy or your organisation has a certificate of its own, ask for its file and add --ca FILE.pem.',
  not_the_platform: 'Something else than the platform answered: check the address; if the network has a sign-in page, open a browser and sign in; behind a proxy add --proxy ADDRESS:PORT.',
};
const TODO_FR: OwnTodos = {
  server_unreachable: 'Vérifiez le câble, le Wi-Fi et l\'adresse du serveur ; derrière un proxy, ajoutez --proxy ADRESSE:PORT.',
  tls_error: 'Vérifiez la date de ce PC. Si un proxy ou votre établissement a son propre certificat, demandez-en le fichier et ajoutez --ca FICHIER.pem.',
  not_the_platform: 'Autre chose que la plateforme a répondu : vérifiez l\'adresse ; si le réseau a une page de connexion, ouvrez un navigateur et connectez-vous ; derrière un proxy, ajoutez --proxy ADRESSE:PORT.',
};
const faultIn = (own: OwnTodos) => ({ code, message, todo }: EnrolFault): string => [`${code}: ${message}`, todo ?? own[code] ?? ''].filter(Boolean).join('\n');

const en: Texts = {
  help: `cac-agent COMMAND [--dir DIRECTORY] [--lang fr|en]

  install     give this PC its identity, and start the agent with it as a service
  uninstall   take service, program, identity and journal away
  enrol       give this PC its identity only, with the site's voucher
  run         observe and report, until stopped
  status      say how it goes; the last line says what to do
  show-data   print exactly what is sent, and what never is

--dir goes without saying where the agent was installed from a package. cac-agent COMMAND --help says more.`,
  helpOf: {
    enrol: `cac-agent enrol --server URL --voucher CODE --dir DIRECTORY [--name LABEL] [--yes]

  --server   the platform's address, such as https://parc.example.ma
  --voucher  the site's code, 16 characters in groups of four
  --name     what this PC is called in lists (default: its host name)
  --yes      do not ask whether the site is the right one`,
    run: `cac-agent run --dir DIRECTORY [--eager]

  --eager    connect at once, without the random delay after the PC's start
  CAC_PROBE_TARGETS  host:port, host:port ...: Internet targets to try
  CAC_BATCH_MS       how often heartbeats are sent, in ms (else as the server says: 20 min by default)
  CAC_KEEPALIVE_S    MQTT keepalive, in s (else as the server says: 60 by default)`,
    status: 'cac-agent status --dir DIRECTORY\n\nExit code 0: OK, you can leave. 1: not OK, the last line says what to do.',
    install: installEn.help,
    uninstall: installEn.uninstallHelp,
    'prepare-image': 'cac-agent prepare-image --dir DIRECTORY\n\nBefore an image of this disk is taken: wipes identity, journal, settings and log, and keeps the voucher, so that each PC made from the image enrols as itself.',
    'show-data': 'cac-agent show-data --dir DIRECTORY\n\nPrints the message that would be sent now, and the list of what is never collected.',
  },
  install: installEn,
  siteQuestion: (site, id) => `This PC will belong to: ${site} (${id}). Is that right? [y/N] `,
  enrolled: (machine, site) => `Enrolled: machine ${machine}, site ${site}.`,
  cancelled: 'Nothing was changed.',
  missing: (option) => `Missing: ${option}.`,
  badOption: {
    unknown: (option) => `There is no option ${option}. cac-agent COMMAND --help lists them.`,
    value: (option) => `After ${option} its value is missing, or it takes none. cac-agent COMMAND --help says more.`,
  },
  badVoucher: 'This is not a voucher: it has 16 letters and digits, in groups of four. Check it and type it again.',
  fault: faultIn(TODO_EN),
  alreadyEnrolled: (machine) => `already_enrolled: this directory already holds the identity of machine ${machine}. To enrol anew, delete identity.json first.`,
  noIdentity: (dir) => `no_identity: ${dir} holds no identity. Enrol this PC first: cac-agent enrol --server URL --voucher CODE --dir ${dir}`,
  otherMachine: 'other_machine: the identity found here belongs to another PC (copied disk image?) and was discarded. Enrol this PC: cac-agent enrol',
  alreadyRunning: (pid) => `already_running pid=${pid ?? 'unknown'}`,
  journal: (reason) => `${reason}: the journal was written by a newer agent and was left as it is. Install that version again.`,
  labels: { machine: 'Machine', site: 'Site', server: 'Server', connection: 'Connection', backlog: 'Waiting to be sent', lastAck: 'Last receipt from the server', link: 'Internet', probes: 'Last probes', bytes: 'Data used today', flags: 'Trouble', agent: 'Agent', settings: 'Settings' },
  settings: (keepaliveS, batchS, version, capMb, postponed) => `ping every ${keepaliveS} s, batch every ${Math.round(batchS / 60)} min${version === 0 ? ' (defaults: the server has said nothing yet)' : ''}${capMb === null ? '' : `, ${capMb} MB a month for the site`}${postponed === null ? '' : `, postponed: ${postponed}`}`,
  prepareImage: {
    done: 'Identity, journal, settings and log were wiped; the voucher and the server\'s address are kept. Shut this PC down now and take the image: each PC made from it asks for an identity of its own at its first start.',
    running: 'The agent is running: stop its service first (Debian: systemctl stop cac-agent, Windows: net stop CacAgent), then ask again.',
    nothing: 'There is no identity here: nothing to prepare.',
  },
  connection: { idle: 'not connected', connecting: 'connecting', greeting: 'connected, the server has not answered yet', ready: 'connected' },
  never: 'never',
  ago: (s) => (s < 120 ? `${s} s ago` : s < 7_200 ? `${Math.round(s / 60)} min ago` : `${Math.round(s / 3_600)} h ago`),
  records: (n) => `${n} record${n === 1 ? '' : 's'}`,
  ok: 'OK, you can leave',
  but: (layer) => `Attention: the agent reports, but for people here the Internet fails (${FAILS_EN[layer]}). Mend it if you can; if not, tell the coordinator.`,
  notOk: 'not OK',
  todo: {
    start: 'start the agent (cac-agent run), then ask again',
    wait: 'wait a minute, then ask again',
    revoked: 'this PC was withdrawn on the platform: call the coordinator, or enrol it again',
    unknown: 'the server does not know this PC: enrol it again with the site\'s voucher',
    upgrade: 'install the present version of the agent',
    login: 'the server refuses this PC\'s identity: enrol it again with the site\'s voucher',
    tls: 'the server\'s certificate is not accepted: check this PC\'s date, then call the platform\'s administrator',
    network: 'check the cable or Wi-Fi and the router, then ask again',
    server: 'the Internet works but the server does not answer: check the firewall (port of the server), then call the administrator',
    disk: 'the agent cannot write to its directory: check disk space and rights',
    held: 'another PC runs with this one\'s identity (a copied disk?): call the coordinator, who says on the platform which is which',
    portal: 'a sign-in page or a proxy stands between this PC and the server: open a browser and sign in to the network, or give the proxy (install --proxy http://HOST:PORT)',
    proxy: 'the proxy refuses the connection: ask who runs it to let this PC through to the server, with a name and password if it wants them (--proxy http://NAME:PASSWORD@HOST:PORT)',
  },
  showData: {
    next: 'The next message (in sending, numbers of this start and connection, and what the probes say at that moment, are added):',
    hello: 'At each connection besides: the versions of agent, system and Node, and three salted hashes of this PC\'s serial numbers.',
    nothing: 'Nothing waits to be sent.',
    kept: (lo, hi, W) => `Journal: records ${lo} to ${hi}; the server has everything up to ${W}.`,
    neverCollected: 'Never collected: names of people or accounts, files, pages visited, programs used, keystrokes, screen, camera, microphone, location, passwords, Wi-Fi names, IP or MAC addresses of this PC.',
  },
};

const fr: Texts = {
  help: `cac-agent COMMANDE [--dir DOSSIER] [--lang fr|en]

  install     donner à ce PC son identité, et lancer l'agent avec lui comme service
  uninstall   enlever le service, le programme, l'identité et le journal
  enrol       donner seulement à ce PC son identité, avec le code d'installation du site
  run         observer et rendre compte, jusqu'à l'arrêt
  status      dire où on en est ; la dernière ligne dit que faire
  show-data   afficher exactement ce qui est envoyé, et ce qui ne l'est jamais

--dir va de soi là où l'agent a été installé par un paquet. cac-agent COMMANDE --help en dit plus.`,
  helpOf: {
    enrol: `cac-agent enrol --server URL --voucher CODE --dir DOSSIER [--name NOM] [--yes]

  --server   l'adresse de la plateforme, par exemple https://parc.example.ma
  --voucher  le code d'installation du site, 16 caractères par groupes de quatre
  --name     le nom de ce PC dans les listes (par défaut : son nom d'hôte)
  --yes      ne pas demander si le site est le bon`,
    run: `cac-agent run --dir DOSSIER [--eager]

  --eager    se connecter tout de suite, sans le délai aléatoire après le démarrage du PC
  CAC_PROBE_TARGETS  hôte:port, hôte:port ... : cibles Internet à essayer
  CAC_BATCH_MS       intervalle d'envoi des battements, en ms (sinon selon le serveur : 20 min par défaut)
  CAC_KEEPALIVE_S    keepalive MQTT, en s (sinon selon le serveur : 60 par défaut)`,
    status: 'cac-agent status --dir DOSSIER\n\nCode de sortie 0 : OK, vous pouvez partir. 1 : pas OK, la dernière ligne dit que faire.',
    install: installFr.help,
    uninstall: installFr.uninstallHelp,
    'prepare-image': 'cac-agent prepare-image --dir DOSSIER\n\nAvant de prendre l\'image de ce disque : efface identité, journal, réglages et log, et garde le code, pour que chaque PC issu de l\'image s\'inscrive pour lui-même.',
    'show-data': 'cac-agent show-data --dir DOSSIER\n\nAffiche le message qui partirait maintenant, et la liste de ce qui n\'est jamais collecté.',
  },
  install: installFr,
  siteQuestion: (site, id) => `Ce PC appartiendra à : ${site} (${id}). Est-ce juste ? [o/N] `,
  enrolled: (machine, site) => `PC installé : machine ${machine}, site ${site}.`,
  cancelled: 'Rien n\'a été changé.',
  missing: (option) => `Il manque : ${option}.`,
  badOption: {
    unknown: (option) => `L'option ${option} n'existe pas. cac-agent COMMANDE --help les énumère.`,
    value: (option) => `Après ${option} il manque sa valeur, ou elle n'en prend pas. cac-agent COMMANDE --help en dit plus.`,
  },
  badVoucher: 'Ceci n\'est pas un code d\'installation : il a 16 lettres et chiffres, par groupes de quatre. Vérifiez-le et tapez-le de nouveau.',
  fault: faultIn(TODO_FR),
  alreadyEnrolled: (machine) => `already_enrolled : ce dossier contient déjà l'identité de la machine ${machine}. Pour recommencer, supprimez d'abord identity.json.`,
  noIdentity: (dir) => `no_identity : ${dir} ne contient pas d'identité. Installez d'abord ce PC : cac-agent enrol --server URL --voucher CODE --dir ${dir}`,
  otherMachine: 'other_machine : l\'identité trouvée ici est celle d\'un autre PC (image disque copiée ?) ; elle a été écartée. Installez ce PC : cac-agent enrol',
  alreadyRunning: en.alreadyRunning,
  journal: (reason) => `${reason} : le journal a été écrit par un agent plus récent et reste tel quel. Réinstallez cette version.`,
  labels: { machine: 'Machine', site: 'Site', server: 'Serveur', connection: 'Connexion', backlog: 'En attente d\'envoi', lastAck: 'Dernier reçu du serveur', link: 'Internet', probes: 'Dernières sondes', bytes: 'Données du jour', flags: 'Incident', agent: 'Agent', settings: 'Réglages' },
  settings: (keepaliveS, batchS, version, capMb, postponed) => `signe toutes les ${keepaliveS} s, envoi toutes les ${Math.round(batchS / 60)} min${version === 0 ? ' (valeurs par défaut : le serveur n\'a encore rien dit)' : ''}${capMb === null ? '' : `, ${capMb} Mo par mois pour le site`}${postponed === null ? '' : `, reporté : ${postponed}`}`,
  prepareImage: {
    done: 'Identité, journal, réglages et log effacés ; le code et l\'adresse du serveur sont gardés. Éteignez ce PC maintenant et prenez l\'image : chaque PC qui en sort demandera sa propre identité à son premier démarrage.',
    running: 'L\'agent tourne : arrêtez d\'abord son service (Debian : systemctl stop cac-agent, Windows : net stop CacAgent), puis redemandez.',
    nothing: 'Il n\'y a pas d\'identité ici : rien à préparer.',
  },
  connection: { idle: 'non connecté', connecting: 'connexion en cours', greeting: 'connecté, le serveur n\'a pas encore répondu', ready: 'connecté' },
  never: 'jamais',
  ago: (s) => (s < 120 ? `il y a ${s} s` : s < 7_200 ? `il y a ${Math.round(s / 60)} min` : `il y a ${Math.round(s / 3_600)} h`),
  records: (n) => `${n} enregistrement${n > 1 ? 's' : ''}`,
  ok: 'OK, vous pouvez partir',
  but: (layer) => `Attention : l'agent rend compte, mais pour les usagers Internet ne marche pas (${FAILS_FR[layer]}). Réparez si vous le pouvez ; sinon, dites-le au coordinateur.`,
  notOk: 'pas OK',
  todo: {
    start: 'démarrez l\'agent (cac-agent run), puis redemandez',
    wait: 'attendez une minute, puis redemandez',
    revoked: 'ce PC a été retiré sur la plateforme : appelez le coordinateur, ou installez-le de nouveau',
    unknown: 'le serveur ne connaît pas ce PC : installez-le de nouveau avec le code du site',
    upgrade: 'installez la version actuelle de l\'agent',
    login: 'le serveur refuse l\'identité de ce PC : installez-le de nouveau avec le code du site',
    tls: 'le certificat du serveur n\'est pas accepté : vérifiez la date de ce PC, puis appelez l\'administrateur',
    network: 'vérifiez le câble ou le Wi-Fi et le routeur, puis redemandez',
    server: 'Internet fonctionne mais le serveur ne répond pas : vérifiez le pare-feu (port du serveur), puis appelez l\'administrateur',
    disk: 'l\'agent ne peut pas écrire dans son dossier : vérifiez l\'espace disque et les droits',
    held: 'un autre PC tourne avec l\'identité de celui-ci (disque copié ?) : appelez le coordinateur, qui dira sur la plateforme lequel est lequel',
    portal: 'une page de connexion ou un proxy se trouve entre ce PC et le serveur : ouvrez un navigateur et connectez-vous au réseau, ou donnez le proxy (install --proxy http://HOTE:PORT)',
    proxy: 'le proxy refuse la connexion : demandez à qui s\'en occupe de laisser passer ce PC, avec un nom et un mot de passe s\'il en veut (--proxy http://NOM:MOTDEPASSE@HOTE:PORT)',
  },
  showData: {
    next: 'Le prochain message (à l\'envoi s\'y ajoutent les numéros de ce démarrage et de la connexion, et ce que disent alors les sondes) :',
    hello: 'À chaque connexion, en plus : les versions de l\'agent, du système et de Node, et trois empreintes salées des numéros de série de ce PC.',
    nothing: 'Rien n\'attend d\'être envoyé.',
    kept: (lo, hi, W) => `Journal : enregistrements ${lo} à ${hi} ; le serveur a tout jusqu'à ${W}.`,
    neverCollected: 'Jamais collecté : noms de personnes ou de comptes, fichiers, pages visitées, programmes utilisés, frappes, écran, caméra, micro, position, mots de passe, noms de réseaux Wi-Fi, adresses IP ou MAC de ce PC.',
  },
};

/** `--lang`, else the environment's language; French unless that is English. */
export function textsFor(lang: string | undefined, env: Record<string, string | undefined>): Texts {
  const wanted = lang || env['LC_ALL'] || env['LANG'] || 'fr';
  return /^en/i.test(wanted) ? en : fr;
}
