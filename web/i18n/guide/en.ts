/** English: the technicians' guide, the notice for the room, the declaration sheet. */
import { AGENT_NEVER } from './agent-lines.ts';
import type { Guide } from './shape.ts';

export const guideEn: Guide = {
  product: 'Constat',
  language: 'Language',
  print: 'Print',
  contents: 'Contents',
  tabs: { guide: 'Technician’s guide', notice: 'Notice for the room', declaration: 'Declaration sheet' },
  title: 'Technician’s guide',
  intro: 'Install the agent on a site’s PCs, check, mend. Allow ten minutes per site. The site, its code and the lines to paste are on the page that your installation code opens: {server}/v',
  says: 'The last line says',
  means: 'What to do',
  sections: {
    before: {
      title: 'Before you set off',
      blocks: [
        { steps: ['Ask the coordinator for the site’s installation code, and print its sheet from the code’s page.', 'For a site without a network on that day, copy the package and the offline installation file (same page) to a USB stick.', 'Have what you need to sign in as an administrator on the PCs.'] },
        { note: 'Each site has a code of its own. On the spot, first compare the name the page shows with where you are.' },
      ],
    },
    windows: {
      title: 'Install on Windows 10 or 11',
      blocks: [
        { steps: ['Right-click the Start button, then “Terminal (Admin)” or “Windows PowerShell (Admin)”.', 'Paste the line of the code’s page, then Enter. The package holds everything: nothing else is to be installed.', 'Check:'] },
        { lines: ['& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" status'] },
        { p: 'The agent becomes the service “CacAgent”, started at each boot. Its data are in %ProgramData%\\cac-agent.' },
        { note: 'Windows 7 and 8 cannot run the agent: ask the coordinator for a “simple sign” for those PCs.' },
      ],
    },
    debian: {
      title: 'Install on Debian or Ubuntu',
      blocks: [
        { steps: ['Open a terminal.', 'Paste the line of the code’s page. By hand, these are the commands:'] },
        { lines: ['sudo dpkg -i cac-agent_VERSION_amd64.deb', 'sudo cac-agent install --server {server} --voucher CODE', 'sudo cac-agent status'] },
        { p: 'Without --yes the command shows the site’s name and asks whether it is the right one. The service is cac-agent.service, its data are in /var/lib/cac-agent.' },
      ],
    },
    linux: {
      title: 'Install on another Linux',
      blocks: [{ lines: ['tar -xzf cac-agent-VERSION-linux-x64.tar.gz', 'cd cac-agent-VERSION-linux-x64', 'sudo ./cac-agent install --server {server} --voucher CODE', 'sudo cac-agent status'] }, { p: 'The archive brings its own Node runtime and copies itself to /opt/cac-agent.' }],
    },
    gpo: {
      title: 'Managed PCs: start-up script or GPO',
      blocks: [
        { steps: ['Unpack the Windows package to a share that computer accounts can read.', 'In the GPO, add a start-up script of the computer (not of the user) with this line:'] },
        { lines: ['\\\\SERVER\\SHARE\\cac-agent-VERSION-win-x64\\install.cmd --server {server} --voucher CODE --yes'] },
        { p: 'No question is asked. On a PC that is installed already the command changes nothing: it may stay in the script. One code per site: one GPO per organisational unit. Ask for a code for as many PCs as the site has; beyond that, PCs wait for the coordinator’s agreement.' },
      ],
    },
    offline: {
      title: 'Without a network that day, or behind a proxy',
      blocks: [
        { p: 'Put the package and the file cac-enrol.json of the code’s page side by side on the PC, then:' },
        { lines: ['sudo cac-agent install --enrol-file cac-enrol.json --later --yes'] },
        { p: 'The agent enrols by itself as soon as the server answers. Check on the code’s page the next day that the PC has arrived, and delete the file from the stick.' },
        { p: 'Behind a proxy, or with a certificate of the establishment’s own, add:' },
        { lines: ['--proxy ADDRESS:PORT', '--ca CERTIFICATE.pem'] },
      ],
    },
    check: {
      title: 'Check and mend',
      blocks: [
        { p: 'On Linux, then on Windows (administrator’s PowerShell):' },
        { lines: ['sudo cac-agent status', '& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" status'] },
        { p: 'The last line says “OK, you can leave”, or “not OK:” and what to do:' },
        { table: 'notOk' },
        { p: 'A line “Attention” just before it: the agent is well, but the Internet fails for the people here. Mend it, or tell the coordinator; the code’s page then marks this PC.' },
        { note: 'Before you leave, the code’s page must say “all well: you can leave”.' },
      ],
    },
    move: {
      title: 'A PC moves to another site',
      blocks: [{ steps: ['Take the PC along: uninstall nothing, type no code.', 'Tell the coordinator, who opens the PC’s card, “Move to another site”, and gives the reason.', 'The history so far stays with the old site; what follows counts for the new one.'] }],
    },
    replace: {
      title: 'A PC is replaced',
      blocks: [{ steps: ['Install the new PC with the site’s code, like any other PC.', 'The coordinator opens the card of the old one, “Replaced by”, and chooses the new one.', 'The old one counts no longer; the site’s history goes on.'] }, { p: 'The same PC after reformatting is no replacement: install it again with the site’s code, it gets its place back by its hardware.' }],
    },
    reset: {
      title: 'PCs that are reset at each start',
      blocks: [
        { p: 'Deep Freeze, Reboot Restore and the like wipe at each start what has changed.' },
        { steps: ['Lift the protection (“thawed”), restart.', 'Install and check as usual.', 'If the software can leave a folder out, leave out the agent’s data: /var/lib/cac-agent or %ProgramData%\\cac-agent. Or put them on an unprotected disk with --dir.', 'Put the protection back, restart, check again.'] },
        { note: 'Without a folder left out, what could not be sent before the PC was switched off is lost: those minutes are “unknown”, never counted as off.' },
      ],
    },
    image: {
      title: 'Prepare an image for several PCs',
      blocks: [
        { p: 'A PC copied with its identity would pass for the first one. Right before taking the image, stop the agent and wipe its identity (Windows: net stop CacAgent, then cac-agent.cmd prepare-image):' },
        { lines: ['sudo systemctl stop cac-agent', 'sudo cac-agent prepare-image'] },
        { steps: ['Switch the PC off without starting the agent again, then take the image.', 'The image keeps the site’s code: each copy asks for an identity of its own at its first start. Check them on the code’s page.', 'Ask for a code for as many PCs as there will be copies.'] },
        { note: 'Forgotten? Copies are noticed and held apart: the coordinator says of each “it is another PC”. Nothing is attributed to the wrong PC.' },
      ],
    },
    uninstall: {
      title: 'Uninstall',
      blocks: [
        { p: 'Package of Debian or Ubuntu:' },
        { lines: ['sudo dpkg --purge cac-agent'] },
        { p: 'Another Linux, then Windows (administrator’s PowerShell):' },
        { lines: ['sudo cac-agent uninstall', '& "$env:ProgramFiles\\cac-agent\\uninstall.cmd"'] },
        { p: 'The agent tells the server before it stops: the PC becomes “removed”, its history stays. With --keep-journal, the journal that was not sent yet stays on the disk.' },
      ],
    },
    collected: {
      title: 'What is collected, and what never is',
      blocks: [
        { p: 'While the PC is on:' },
        { items: ['each minute, that it is on, its starts, stops and sleeps;', 'each minute, the link (wired, Wi-Fi and the strength of its signal, mobile), and whether the gateway, the DNS, a few Internet addresses set by the programme and the platform’s server answer; in what time, with what share of lost tries and what jitter; and whether a sign-in portal stands in between;', 'each hour, the PC’s own condition: mains or battery, share of free disk, the agent’s bytes, memory and computing time;', 'when it connects: versions of agent, system and Node, and three salted hashes of serial numbers, which serve only to tell two PCs of one site apart.'] },
        { p: 'The PC’s name in lists is its host name unless you give another with --name: keep people’s names out of it.' },
        { never: true },
        { p: 'To see on a PC exactly what is sent:' },
        { lines: ['sudo cac-agent show-data', '& "$env:ProgramFiles\\cac-agent\\cac-agent.cmd" show-data'] },
      ],
    },
  },
  notOk: {
    start: 'The service is not running. Linux: sudo systemctl start cac-agent. Windows: sc start CacAgent. If it stops again, run the install command again.',
    wait: 'It has just started. Wait a minute, run cac-agent status again.',
    revoked: 'Somebody revoked it on the platform. Call the coordinator before installing again.',
    unknown: 'The server has this PC no longer. Install again with the site’s code.',
    upgrade: 'Download the present package from the code’s page and install again: identity and journal stay.',
    login: 'The identity is not right any more. Install again with the site’s code.',
    tls: 'Often a wrong date: set the PC’s date and time. Else a proxy replaces the certificate: ask for its file and install with --ca.',
    network: 'Cable, Wi-Fi, router: try a web page from this PC. Without any Internet leave the agent: it journals and will send later.',
    server: 'The Internet works, the server does not: the site’s firewall or proxy. Try --proxy; the agent can also go through the HTTPS port.',
    disk: 'Disk full or rights changed: make room, or install again.',
    held: 'A copied disk. Call the coordinator, who says on the PC’s card which is which; the one held apart then enrols by itself.',
    portal: 'A hotel’s or an establishment’s network: open a browser and sign in, or install again with --proxy ADDRESS:PORT.',
    proxy: 'The proxy wants a name or blocks the server: see whoever runs it, and install again with --proxy.',
  },
  noticeTitle: 'Here, the working of the computers is measured',
  noticeLead: 'Not you. A program notes, minute by minute, whether the PCs of this room are on and connected to the Internet, so that the service is mended when it fails.',
  notice: [
    { title: 'What is measured', text: 'PC on or off, the Internet connection and its quality, condition of the equipment.' },
    { title: 'What never is', text: AGENT_NEVER.en.replace(/^[^:]*: n/, 'N') },
    { title: 'For how long', text: 'The records are kept 400 days, then deleted. Totals per day and site stay.' },
    { title: 'Who sees it', text: 'The people in charge of the programme, each for their regions, with an account in their name.' },
    { title: 'Your rights', text: 'Law 09-08: you may ask what is recorded, have it corrected, or object for a legitimate reason.' },
  ],
  fill: { controller: 'Controller', contact: 'To exercise your rights', number: 'Declaration number (CNDP)' },
  noticeFoot: 'Law 09-08 on the protection of individuals with regard to the processing of personal data.',
  declarationTitle: 'Sheet for the declaration of the processing (law 09-08)',
  declarationIntro: 'What the platform really does, to be carried over into the declaration made to the CNDP. Empty rows are for the controller to fill in, whose legal assessment it is.',
  declaration: [
    { what: 'Controller', is: null },
    { what: 'Contact for the exercise of rights', is: null },
    { what: 'Purpose', is: ['To establish, minute by minute, whether access centres and equipped schools are open, powered and connected; to alert when they fail; to account for the programme.', 'No measurement of a person, of what they do or of their working time.'] },
    { what: 'Data taken from PCs', is: ['On, off, asleep; the link and the network’s answers with their times; power, free disk, what the agent uses; versions; the PC’s host name or label.', 'Three salted hashes of serial numbers, of this site only: they do not allow the PC to be recognised elsewhere.', 'The network address a PC connects from is seen by the server; it is kept only where two PCs present one identity, with the decision that was taken.'] },
    { what: 'Never taken', is: [AGENT_NEVER.en] },
    { what: 'Data of account holders', is: ['Name, role, regions, mail address and telephone where given, open sessions (browser, address), the journal of their acts on the platform.'] },
    { what: 'People concerned', is: ['Account holders (coordinators, operators, administrators, viewers). Users of the rooms are not recorded.'] },
    { what: 'Retention', is: ['Records of PCs: 400 days by default, then deleted automatically. It is a setting of the server: if it is changed, the notice must be too. Totals per day and alerts: kept.', 'Requests to install, what agents were asked to do, an agent’s last technical log, bytes per day: 90 days. Processes of a copied PC, with its address: 7 days after its last sign.', 'Journal on the PC: 16 MiB at most; what the server has received is deleted after 7 days at most.', 'Accounts: until deleted or disabled by the administrator.'] },
    { what: 'Recipients', is: ['Account holders, each within their regions. Nothing goes to a third party by default; alerts leave by the channels the administrator sets (mail, webhook).'] },
    { what: 'Place and transfers', is: ['On the controller’s own server. No outside service is needed.'] },
    { what: 'Security', is: ['Encrypted exchange (TLS) beyond the machine itself; a secret of each PC’s own, of which the server keeps a hash only; access by role and region; a journal of acts.'] },
    { what: 'Rights', is: ['Information (the notice in the room), access, correction, objection for a legitimate reason: with the contact above.'] },
    { what: 'Number and date of the declaration', is: null },
  ],
};
