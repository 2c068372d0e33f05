/** What `install` and `uninstall` say, in French and English. */
import { ENROL_FILE } from '../install/places.ts';
import type { FileFault } from '../install/enrol-answers.ts';

export interface InstallTexts {
  help: string;
  uninstallHelp: string;
  askServer: string;
  askVoucher: string;
  rights: string;
  notHere: string;
  badServer: string;
  badProxy: string;
  badCa: (path: string) => string;
  notOurs: (dir: string) => string;
  file: (path: string, fault: FileFault) => string;
  already: (machine: string, site: string) => string;
  pending: (why: string) => string;
  later: (fault: string) => string;
  hintLater: string;
  waiting: (server: string, last: string | null) => string;
  waitForServer: string;
  changed: (what: readonly string[]) => string;
  nothingChanged: string;
  runs: string;
  atNextStart: string;
  failed: (step: string) => string;
  unverified: (line: string) => string;
  next: string;
  removeQuestion: string;
  removed: string;
  kept: (dir: string) => string;
  lost: (records: number) => string;
}

const windows = process.platform === 'win32';

export const installEn: InstallTexts = {
  help: `cac-agent install [--server URL --voucher CODE | --enrol-file FILE] [--yes] [--later] [--name LABEL]
                  [--proxy URL] [--ca FILE] [--dir DIRECTORY]

Gives this PC its identity and installs the agent as a service that starts with the PC. Needs administrator's rights.
Run twice it changes nothing. With --yes it asks nothing (group policy, scripts).

  --server      the platform's address, such as https://parc.example.ma
  --voucher     the site's code, 16 characters in groups of four
  --enrol-file  both of them in a file, as the voucher's page offers it (${ENROL_FILE}, also found beside this program);
                without a link the answers are kept, and the service enrols by itself as soon as there is one
  --later       keep the answers also when they were typed
  --yes         do not ask whether the site is the right one
  --name        what this PC is called in lists (default: its host name)
  --proxy       http://host:port, where the Internet is behind a proxy
  --ca          a file with certificates (PEM) to trust besides the system's
  --dir         another state directory: one that survives, on PCs that forget everything at each start

Exit codes: 0 installed, or nothing to change, or waiting for a link or for the coordinator   1 refused by the server
            2 the command is wrong   3 not an administrator   4 server not reached and --later not given, nothing installed
            5 enrolled, but the service could not be installed or started`,
  uninstallHelp: `cac-agent uninstall [--keep-journal] [--yes] [--dir DIRECTORY]

Stops the service, tells the server that it was uninstalled, and removes program, identity and journal.

  --keep-journal  keep the state directory (identity and journal) for a later installation
  --last-word     only stop the agent with its last word; the packages' own removal uses it

Exit codes: 0 removed   1 cancelled   2 the command is wrong   3 not an administrator   5 a step failed`,
  askServer: 'Address of the platform: ',
  askVoucher: 'Code of the site: ',
  rights: windows ? 'not_administrator: run it as administrator (right-click install.cmd, "Run as administrator")' : 'not_administrator: run it as administrator (sudo cac-agent ...)',
  notHere: 'not_supported: the service can be installed on Linux with systemd and on Windows. Elsewhere: cac-agent run',
  badServer: 'bad_server: --server is not an address. Type it as on the voucher, such as https://parc.example.ma',
  badProxy: 'bad_proxy: --proxy is not an address. Type it as http://host:port',
  badCa: (path) => `bad_ca: ${path} holds no certificate (PEM, "-----BEGIN CERTIFICATE-----"). Ask the platform's administrator for the file.`,
  notOurs: (dir) => `dir_in_use: ${dir} holds other files: it would become the agent's alone. Give an empty or new directory with --dir.`,
  file: (path, { code, where }) =>
    ({
      enrol_file_unreadable: `${code}: ${path} cannot be read, or is no enrolment file. Download it again from the voucher's page.`,
      enrol_file_version: `${code}: ${path} was made for another version of the agent. Download it again, with the package beside it.`,
      enrol_file_field: `${code}: ${path}: the field ${where} is missing or wrong. Download the file again from the voucher's page.`,
    })[code],
  already: (machine, site) => `This PC is enrolled already: machine ${machine}, site ${site}.`,
  pending: (why) =>
    `enrol_pending: ${{ used_up: 'this code was used for as many PCs as it is for', same_hardware: 'a PC with the same serial numbers is enrolled already' }[why] ?? why}: your coordinator is asked.
The agent is installed and asks again each minute: nothing more to do here.`,
  later: (fault) => `${fault}\nThe answers are kept: the agent enrols by itself as soon as the server can be reached.`,
  hintLater: 'Nothing was installed. Check cable, Wi-Fi and address; or add --later, and the agent enrols by itself once there is a link.',
  waiting: (server, last) => `Not enrolled yet: waiting for the server ${server}${last ? ` (last try: ${last})` : ''}`,
  waitForServer: 'not enrolled yet: waiting for the server. You can leave if there is no link today; else check the cable, and ask again in a minute',
  changed: (what) => `Set up: ${what.join(', ')}.`,
  nothingChanged: 'Nothing to change: the service is installed already.',
  runs: 'The service runs.',
  atNextStart: 'The service starts with the next start of this PC (systemd is not running now).',
  failed: (step) => `service_failed: ${step}\nThis PC is enrolled but not watched. Run the command again as administrator; if it stays, call the platform's administrator.`,
  unverified: (line) => `Not done: ${line}`,
  next: 'Next: cac-agent status, until its last line says "OK, you can leave".',
  removeQuestion: 'Remove the agent, its identity and its journal from this PC? [y/N] ',
  removed: 'The agent was removed from this PC.',
  kept: (dir) => `Identity and journal are kept in ${dir}.`,
  lost: (n) => `${n} record${n === 1 ? '' : 's'} had not reached the server.`,
};

export const installFr: InstallTexts = {
  help: `cac-agent install [--server URL --voucher CODE | --enrol-file FICHIER] [--yes] [--later] [--name NOM]
                  [--proxy URL] [--ca FICHIER] [--dir DOSSIER]

Donne à ce PC son identité et installe l'agent comme service qui démarre avec le PC. Demande les droits d'administrateur.
Lancé deux fois, il ne change rien. Avec --yes il ne demande rien (stratégie de groupe, scripts).

  --server      l'adresse de la plateforme, par exemple https://parc.example.ma
  --voucher     le code d'installation du site, 16 caractères par groupes de quatre
  --enrol-file  les deux dans un fichier, tel que l'offre la page du code (${ENROL_FILE}, trouvé aussi à côté du programme) ;
                sans liaison les réponses sont gardées, et le service s'inscrit seul dès qu'il y en a une
  --later       garder les réponses aussi quand elles ont été tapées
  --yes         ne pas demander si le site est le bon
  --name        le nom de ce PC dans les listes (par défaut : son nom d'hôte)
  --proxy       http://hôte:port, là où Internet est derrière un proxy
  --ca          un fichier de certificats (PEM) à accepter en plus de ceux du système
  --dir         un autre dossier d'état : un dossier qui survit, sur les PC qui oublient tout à chaque démarrage

Codes de sortie : 0 installé, ou rien à changer, ou en attente d'une liaison ou du coordinateur   1 refusé par le serveur
                  2 commande erronée   3 pas administrateur   4 serveur non atteint et sans --later, rien d'installé
                  5 PC inscrit, mais le service n'a pas pu être installé ou démarré`,
  uninstallHelp: `cac-agent uninstall [--keep-journal] [--yes] [--dir DOSSIER]

Arrête le service, dit au serveur qu'il est désinstallé, et enlève le programme, l'identité et le journal.

  --keep-journal  garder le dossier d'état (identité et journal) pour une installation ultérieure
  --last-word     seulement arrêter l'agent avec son dernier mot ; les paquets s'en servent

Codes de sortie : 0 enlevé   1 abandonné   2 commande erronée   3 pas administrateur   5 une étape a échoué`,
  askServer: 'Adresse de la plateforme : ',
  askVoucher: 'Code d\'installation du site : ',
  rights: windows ? 'not_administrator : lancez-le en administrateur (clic droit sur install.cmd, « Exécuter en tant qu\'administrateur »)' : 'not_administrator : lancez-le en administrateur (sudo cac-agent ...)',
  notHere: 'not_supported : le service s\'installe sous Linux avec systemd et sous Windows. Ailleurs : cac-agent run',
  badServer: 'bad_server : --server n\'est pas une adresse. Tapez-la comme sur le code, par exemple https://parc.example.ma',
  badProxy: 'bad_proxy : --proxy n\'est pas une adresse. Tapez-la ainsi : http://hôte:port',
  badCa: (path) => `bad_ca : ${path} ne contient pas de certificat (PEM, « -----BEGIN CERTIFICATE----- »). Demandez le fichier à l'administrateur.`,
  notOurs: (dir) => `dir_in_use : ${dir} contient d'autres fichiers : il deviendrait celui du seul agent. Donnez un dossier vide ou nouveau avec --dir.`,
  file: (path, { code, where }) =>
    ({
      enrol_file_unreadable: `${code} : ${path} est illisible, ou n'est pas un fichier d'inscription. Téléchargez-le de nouveau sur la page du code.`,
      enrol_file_version: `${code} : ${path} a été fait pour une autre version de l'agent. Téléchargez-le de nouveau, avec le paquet à côté.`,
      enrol_file_field: `${code} : ${path} : le champ ${where} manque ou est faux. Téléchargez le fichier de nouveau sur la page du code.`,
    })[code],
  already: (machine, site) => `Ce PC est déjà inscrit : machine ${machine}, site ${site}.`,
  pending: (why) =>
    `enrol_pending : ${{ used_up: 'ce code a servi à autant de PC que prévu', same_hardware: 'un PC avec les mêmes numéros de série est déjà inscrit' }[why] ?? why} : votre coordinateur est consulté.
L'agent est installé et redemande chaque minute : il n'y a rien d'autre à faire ici.`,
  later: (fault) => `${fault}\nLes réponses sont gardées : l'agent s'inscrit seul dès que le serveur est joignable.`,
  hintLater: 'Rien n\'a été installé. Vérifiez le câble, le Wi-Fi et l\'adresse ; ou ajoutez --later : l\'agent s\'inscrira seul dès qu\'il y aura une liaison.',
  waiting: (server, last) => `Pas encore inscrit : en attente du serveur ${server}${last ? ` (dernier essai : ${last})` : ''}`,
  waitForServer: 'pas encore inscrit : en attente du serveur. S\'il n\'y a pas de liaison aujourd\'hui, vous pouvez partir ; sinon vérifiez le câble et redemandez dans une minute',
  changed: (what) => `Mis en place : ${what.join(', ')}.`,
  nothingChanged: 'Rien à changer : le service est déjà installé.',
  runs: 'Le service fonctionne.',
  atNextStart: 'Le service démarrera avec le prochain démarrage de ce PC (systemd ne fonctionne pas en ce moment).',
  failed: (step) => `service_failed : ${step}\nCe PC est inscrit mais pas surveillé. Relancez la commande en administrateur ; si cela persiste, appelez l'administrateur de la plateforme.`,
  unverified: (line) => `Non fait : ${line}`,
  next: 'Ensuite : cac-agent status, jusqu\'à ce que sa dernière ligne dise « OK, vous pouvez partir ».',
  removeQuestion: 'Enlever de ce PC l\'agent, son identité et son journal ? [o/N] ',
  removed: 'L\'agent a été enlevé de ce PC.',
  kept: (dir) => `L'identité et le journal sont gardés dans ${dir}.`,
  lost: (n) => `${n} enregistrement${n > 1 ? 's' : ''} n'${n > 1 ? 'avaient' : 'avait'} pas atteint le serveur.`,
};
