/** What the agent itself says on a PC, word for word (agent/cli/texts.ts; a test compares). The agent speaks French or English. `{scheme}`: of a proxy's address. */
import type { NotOk } from './shape.ts';

export const AGENT_LINES: Readonly<Record<'fr' | 'en', Readonly<Record<NotOk, string>>>> = {
  fr: {
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
    portal: 'une page de connexion ou un proxy se trouve entre ce PC et le serveur : ouvrez un navigateur et connectez-vous au réseau, ou donnez le proxy (install --proxy {scheme}HOTE:PORT)',
    proxy: 'le proxy refuse la connexion : demandez à qui s\'en occupe de laisser passer ce PC, avec un nom et un mot de passe s\'il en veut (--proxy {scheme}NOM:MOTDEPASSE@HOTE:PORT)',
  },
  en: {
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
    portal: 'a sign-in page or a proxy stands between this PC and the server: open a browser and sign in to the network, or give the proxy (install --proxy {scheme}HOST:PORT)',
    proxy: 'the proxy refuses the connection: ask who runs it to let this PC through to the server, with a name and password if it wants them (--proxy {scheme}NAME:PASSWORD@HOST:PORT)',
  },
};

export const AGENT_NEVER: Readonly<Record<'fr' | 'en', string>> = {
  fr: 'Jamais collecté : noms de personnes ou de comptes, fichiers, pages visitées, programmes utilisés, frappes, écran, caméra, micro, position, mots de passe, noms de réseaux Wi-Fi, adresses IP ou MAC de ce PC.',
  en: 'Never collected: names of people or accounts, files, pages visited, programs used, keystrokes, screen, camera, microphone, location, passwords, Wi-Fi names, IP or MAC addresses of this PC.',
};
