/** French: the technicians' guide, the notice for the room, the declaration sheet. */
import { AGENT_NEVER } from './agent-lines.ts';
import type { Guide } from './shape.ts';

export const guideFr: Guide = {
  product: 'Constat',
  language: 'Langue',
  print: 'Imprimer',
  contents: 'Sommaire',
  tabs: { guide: 'Guide du technicien', notice: 'Affiche pour la salle', declaration: 'Fiche de déclaration' },
  title: 'Guide du technicien',
  intro: 'Installer l’agent sur les PC d’un site, vérifier, dépanner. Comptez dix minutes par site. Le site, le code et les lignes à coller sont sur la page qu’ouvre votre code d’installation : {server}/v',
  says: 'La dernière ligne dit',
  means: 'Ce qu’il faut faire',
  sections: {
    before: {
      title: 'Avant de partir sur site',
      blocks: [
        { steps: ['Demandez au coordinateur le code d’installation du site, et imprimez sa fiche depuis la page du code.', 'Pour un site sans réseau ce jour-là, copiez sur une clé USB le paquet et le fichier d’installation hors ligne (même page).', 'Prenez de quoi ouvrir une session d’administrateur sur les PC.'] },
        { note: 'Chaque site a son code. Sur place, comparez d’abord le nom affiché par la page avec l’endroit où vous êtes.' },
      ],
    },
    windows: {
      title: 'Installer sous Windows 10 ou 11',
      blocks: [
        { steps: ['Clic droit sur le bouton Démarrer, puis « Terminal (administrateur) » ou « Windows PowerShell (admin) ».', 'Collez la ligne de la page du code, puis Entrée. Le paquet contient tout : rien d’autre n’est à installer.', 'Vérifiez :'] },
        { lines: ['& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" status'] },
        { p: 'L’agent devient le service « CacAgent », lancé à chaque démarrage. Ses données sont dans %ProgramData%\\cac-agent.' },
        { note: 'Windows 7 et 8 ne peuvent pas exécuter l’agent : demandez au coordinateur un « signe simple » pour ces PC.' },
      ],
    },
    debian: {
      title: 'Installer sous Debian ou Ubuntu',
      blocks: [
        { steps: ['Ouvrez un terminal.', 'Collez la ligne de la page du code. À la main, ce sont ces commandes :'] },
        { lines: ['sudo dpkg -i cac-agent_VERSION_amd64.deb', 'sudo cac-agent install --server {server} --voucher CODE', 'sudo cac-agent status'] },
        { p: 'Sans --yes, la commande affiche le nom du site et demande s’il est le bon. Le service s’appelle cac-agent.service, ses données sont dans /var/lib/cac-agent.' },
      ],
    },
    linux: {
      title: 'Installer sur un autre Linux',
      blocks: [{ lines: ['tar -xzf cac-agent-VERSION-linux-x64.tar.gz', 'cd cac-agent-VERSION-linux-x64', 'sudo ./cac-agent install --server {server} --voucher CODE', 'sudo cac-agent status'] }, { p: 'L’archive apporte son propre moteur Node et se copie dans /opt/cac-agent.' }],
    },
    gpo: {
      title: 'Parc administré : script de démarrage ou GPO',
      blocks: [
        { steps: ['Décompressez le paquet Windows dans un partage que les comptes d’ordinateur peuvent lire.', 'Dans la GPO, ajoutez un script de démarrage de l’ordinateur (pas de l’utilisateur) avec cette ligne :'] },
        { lines: ['\\\\SERVEUR\\PARTAGE\\cac-agent-VERSION-win-x64\\install.cmd --server {server} --voucher CODE --yes'] },
        { p: 'Aucune question n’est posée. Sur un PC déjà installé la commande ne change rien : elle peut rester dans le script. Un code par site : une GPO par unité d’organisation. Demandez un code pour autant de PC que le site en compte ; au-delà, les PC attendent l’accord du coordinateur.' },
      ],
    },
    offline: {
      title: 'Sans réseau ce jour-là, ou derrière un proxy',
      blocks: [
        { p: 'Posez sur le PC le paquet et le fichier cac-enrol.json de la page du code, côte à côte, puis :' },
        { lines: ['sudo cac-agent install --enrol-file cac-enrol.json --later --yes'] },
        { p: 'L’agent s’enregistre seul dès que le serveur répond. Vérifiez le lendemain sur la page du code que le PC est arrivé, et effacez le fichier de la clé.' },
        { p: 'Derrière un proxy, ou avec un certificat propre à l’établissement, ajoutez :' },
        { lines: ['--proxy ADRESSE:PORT', '--ca CERTIFICAT.pem'] },
      ],
    },
    check: {
      title: 'Vérifier et dépanner',
      blocks: [
        { p: 'Sous Linux, puis sous Windows (PowerShell administrateur) :' },
        { lines: ['sudo cac-agent status', '& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" status'] },
        { p: 'La dernière ligne dit « OK, vous pouvez partir », ou « pas OK : » suivi de ce qu’il faut faire :' },
        { table: 'notOk' },
        { p: 'Une ligne « Attention » juste avant : l’agent va bien, mais Internet ne marche pas pour les usagers. Réparez, ou dites-le au coordinateur ; la page du code signale alors ce PC.' },
        { note: 'Avant de partir, la page du code doit dire « tout va bien : vous pouvez partir ».' },
      ],
    },
    move: {
      title: 'Un PC change de site',
      blocks: [{ steps: ['Emportez le PC : ne désinstallez rien, ne tapez aucun code.', 'Prévenez le coordinateur : il ouvre la fiche du PC, « Changer de site », et donne la raison.', 'L’historique déjà établi reste à l’ancien site ; la suite compte pour le nouveau.'] }],
    },
    replace: {
      title: 'Un PC est remplacé',
      blocks: [{ steps: ['Installez le nouveau PC avec le code du site, comme tout autre PC.', 'Le coordinateur ouvre la fiche de l’ancien, « Remplacé par », et choisit le nouveau.', 'L’ancien ne compte plus ; l’historique du site continue.'] }, { p: 'Un même PC reformaté n’est pas un remplacement : réinstallez-le avec le code du site, il retrouve sa place d’après son matériel.' }],
    },
    reset: {
      title: 'PC remis à zéro à chaque démarrage',
      blocks: [
        { p: 'Deep Freeze, Reboot Restore et les logiciels semblables effacent à chaque démarrage ce qui a changé.' },
        { steps: ['Levez la protection (mode « dégelé »), redémarrez.', 'Installez et vérifiez comme d’habitude.', 'Si le logiciel permet d’exclure un dossier, excluez celui des données de l’agent : /var/lib/cac-agent ou %ProgramData%\\cac-agent. Ou placez-les sur un disque non protégé avec --dir.', 'Remettez la protection, redémarrez, vérifiez encore.'] },
        { note: 'Sans dossier exclu, ce qui n’a pas pu être envoyé avant l’extinction est perdu : ces minutes sont « inconnues », jamais comptées comme éteintes.' },
      ],
    },
    image: {
      title: 'Préparer une image à copier sur plusieurs PC',
      blocks: [
        { p: 'Un PC copié avec son identité se ferait passer pour le premier. Juste avant de faire l’image, arrêtez l’agent et effacez son identité (Windows : net stop CacAgent, puis cac-agent.cmd prepare-image) :' },
        { lines: ['sudo systemctl stop cac-agent', 'sudo cac-agent prepare-image'] },
        { steps: ['Éteignez le PC sans relancer l’agent, puis faites l’image.', 'L’image garde le code du site : chaque copie demande sa propre identité à son premier démarrage. Vérifiez-les sur la page du code.', 'Demandez un code pour autant de PC que de copies.'] },
        { note: 'Oubli ? Les copies sont repérées et mises à part : le coordinateur dit pour chacune « c’est un autre PC ». Rien n’est attribué au mauvais PC.' },
      ],
    },
    uninstall: {
      title: 'Désinstaller',
      blocks: [
        { p: 'Paquet Debian ou Ubuntu :' },
        { lines: ['sudo dpkg --purge cac-agent'] },
        { p: 'Autre Linux, puis Windows (PowerShell administrateur) :' },
        { lines: ['sudo cac-agent uninstall', '& "$env:ProgramFiles\\cac-agent\\uninstall.cmd"'] },
        { p: 'L’agent le dit au serveur avant de s’arrêter : le PC passe à « retiré », son historique reste. Avec --keep-journal, le journal non encore envoyé reste sur le disque.' },
      ],
    },
    collected: {
      title: 'Ce qui est collecté, et ce qui ne l’est jamais',
      blocks: [
        { p: 'Tant que le PC est allumé :' },
        { items: ['chaque minute, qu’il est allumé, ses démarrages, arrêts et mises en veille ;', 'chaque minute, la liaison (câble, Wi-Fi et force de son signal, mobile), et si répondent la passerelle, le DNS, quelques adresses Internet fixées par le programme, le serveur de suivi ; en combien de temps, avec quelle part d’essais perdus et quelle gigue ; et si un portail de connexion s’interpose ;', 'chaque heure, l’état du PC lui-même : secteur ou batterie, part de disque libre, octets, mémoire et temps de calcul de l’agent ;', 'à la connexion : versions de l’agent, du système et de Node, et trois empreintes salées de numéros de série, qui ne servent qu’à distinguer deux PC d’un même site.'] },
        { p: 'Le nom du PC dans les listes est son nom d’hôte, sauf si vous en donnez un autre avec --name : évitez-y le nom d’une personne.' },
        { never: true },
        { p: 'Pour voir sur un PC exactement ce qui part :' },
        { lines: ['sudo cac-agent show-data', '& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" show-data'] },
      ],
    },
  },
  notOk: {
    start: 'Le service ne tourne pas. Linux : sudo systemctl start cac-agent. Windows : sc start CacAgent. S’il s’arrête encore, relancez la commande d’installation.',
    wait: 'Il vient de démarrer. Attendez une minute, relancez cac-agent status.',
    revoked: 'Quelqu’un l’a révoqué sur la plateforme. Appelez le coordinateur avant de réinstaller.',
    unknown: 'Le serveur n’a plus ce PC. Réinstallez avec le code du site.',
    upgrade: 'Téléchargez le paquet actuel sur la page du code et réinstallez : l’identité et le journal restent.',
    login: 'L’identité n’est plus la bonne. Réinstallez avec le code du site.',
    tls: 'Souvent une date fausse : réglez date et heure du PC. Sinon un proxy remplace le certificat : demandez-en le fichier et installez avec --ca.',
    network: 'Câble, Wi-Fi, box : essayez une page Internet depuis ce PC. Sans Internet du tout, laissez l’agent : il journalise et enverra plus tard.',
    server: 'Internet marche, pas le serveur : pare-feu ou proxy du site. Essayez --proxy ; l’agent sait aussi passer par le port HTTPS.',
    disk: 'Disque plein ou droits changés : libérez de la place, ou réinstallez.',
    held: 'Un disque copié. Appelez le coordinateur : sur la fiche du PC il dit lequel est lequel ; celui qui est mis à part s’enregistre ensuite de lui-même.',
    portal: 'Réseau d’hôtel ou d’établissement : ouvrez un navigateur et connectez-vous, ou réinstallez avec --proxy ADRESSE:PORT.',
    proxy: 'Le proxy demande un nom ou bloque le serveur : voyez avec qui s’en occupe, et réinstallez avec --proxy.',
  },
  noticeTitle: 'Ici, le fonctionnement des ordinateurs est mesuré',
  noticeLead: 'Pas vous. Un logiciel note, minute par minute, si les PC de cette salle sont allumés et reliés à Internet, afin que le service soit réparé quand il est en panne.',
  notice: [
    { title: 'Ce qui est mesuré', text: 'PC allumé ou éteint, connexion à Internet et sa qualité, état du matériel.' },
    { title: 'Ce qui ne l’est jamais', text: AGENT_NEVER.fr.replace(/^[^:]*: n/, 'N') },
    { title: 'Combien de temps', text: 'Les relevés sont gardés 400 jours, puis effacés. Les totaux par jour et par site restent.' },
    { title: 'Qui y a accès', text: 'Les personnes chargées du programme, chacune pour ses régions, avec un compte à son nom.' },
    { title: 'Vos droits', text: 'Loi 09-08 : vous pouvez demander ce qui est enregistré, le faire corriger, ou vous y opposer pour un motif légitime.' },
  ],
  fill: { controller: 'Responsable du traitement', contact: 'Pour exercer vos droits', number: 'Numéro de déclaration (CNDP)' },
  noticeFoot: 'Loi 09-08 relative à la protection des personnes physiques à l’égard du traitement des données à caractère personnel.',
  declarationTitle: 'Fiche pour la déclaration du traitement (loi 09-08)',
  declarationIntro: 'Ce que fait réellement la plateforme, à reporter dans la déclaration faite à la CNDP. Les lignes vides sont à remplir par le responsable ; la qualification juridique lui appartient.',
  declaration: [
    { what: 'Responsable du traitement', is: null },
    { what: 'Contact pour l’exercice des droits', is: null },
    { what: 'Finalité', is: ['Établir, minute par minute, si les centres d’accès et les écoles équipées sont ouverts, alimentés et connectés ; alerter en cas de panne ; rendre compte du programme.', 'Aucune mesure d’une personne, de son activité ou de son temps de travail.'] },
    { what: 'Données relevées sur les PC', is: ['Marche, arrêt, veille ; liaison et réponses du réseau avec leurs durées ; alimentation, disque libre, consommation de l’agent ; versions ; nom d’hôte ou libellé du PC.', 'Trois empreintes salées de numéros de série, propres au site : elles ne permettent pas de reconnaître le PC ailleurs.', 'L’adresse réseau d’où un PC se connecte est vue par le serveur ; elle n’est conservée que si deux PC présentent la même identité, avec la décision prise.'] },
    { what: 'Jamais relevé', is: [AGENT_NEVER.fr] },
    { what: 'Données des titulaires de comptes', is: ['Nom, rôle, régions, adresse électronique et téléphone s’ils sont donnés, sessions ouvertes (navigateur, adresse), journal de leurs actes sur la plateforme.'] },
    { what: 'Personnes concernées', is: ['Titulaires de comptes (coordinateurs, opérateurs de veille, administrateurs, lecteurs). Les usagers des salles ne sont pas relevés.'] },
    { what: 'Durée de conservation', is: ['Relevés des PC : 400 jours par défaut, puis effacement automatique. C’est un réglage du serveur : s’il est changé, l’affiche doit l’être aussi. Totaux par jour et alertes : conservés.', 'Demandes d’installation, demandes faites aux agents, dernier journal technique d’un agent, octets par jour : 90 jours. Processus d’un PC copié, avec son adresse : 7 jours après son dernier signe.', 'Journal sur le PC : 16 Mio au plus ; ce que le serveur a reçu est effacé après 7 jours au plus.', 'Comptes : jusqu’à leur suppression ou désactivation par l’administrateur.'] },
    { what: 'Destinataires', is: ['Titulaires de comptes, chacun dans ses régions. Aucun envoi à un tiers par défaut ; les alertes partent par les canaux réglés par l’administrateur (courriel, webhook).'] },
    { what: 'Lieu et transferts', is: ['Sur le serveur du responsable. Aucun service extérieur n’est nécessaire.'] },
    { what: 'Sécurité', is: ['Échanges chiffrés (TLS) hors de la machine locale ; secret propre à chaque PC, dont le serveur ne garde qu’une empreinte ; accès par rôle et par région ; journal des actes.'] },
    { what: 'Droits des personnes', is: ['Information (affiche dans la salle), accès, rectification, opposition pour motif légitime : auprès du contact ci-dessus.'] },
    { what: 'Numéro et date de la déclaration', is: null },
  ],
};
