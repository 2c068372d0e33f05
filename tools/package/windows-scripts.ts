/** The command files of the Windows package. ASCII, lines end as Windows wants them. Pure. */

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');

/** Exit code 3 says that an administrator is needed: Windows then asks, once, and the same command runs again. */
const elevate = `:elevate
if defined CAC_ELEVATED exit /b 3
echo Windows asks for an administrator. / Windows demande un administrateur.
set CAC_ELEVATED=1
set "CAC_FILE=%~f0"
set CAC_ARGS=%*
powershell.exe -NoProfile -Command "$more = @{}; if ($env:CAC_ARGS) { $more.ArgumentList = $env:CAC_ARGS }; $p = Start-Process -FilePath $env:CAC_FILE -Verb RunAs -Wait -PassThru @more; exit $p.ExitCode"
exit /b %errorlevel%
`;

export const INSTALL_CMD = crlf(`@echo off
rem Installs the agent as a service. Silent, as in a group policy: install.cmd --server URL --voucher CODE --yes
rem The exit codes are in: cac-agent.cmd install --help
setlocal
"%~dp0node.exe" "%~dp0cac-agent.cjs" install %*
set code=%errorlevel%
if "%code%"=="3" goto elevate
rem Started by a double click, the window stays to be read.
if "%~1"=="" pause
exit /b %code%
${elevate}`);

export const UNINSTALL_CMD = crlf(`@echo off
rem Stops and removes the service, the identity and the journal. Silent: uninstall.cmd --yes [--keep-journal]
setlocal
"%~dp0node.exe" "%~dp0cac-agent.cjs" uninstall %*
set code=%errorlevel%
if "%code%"=="3" goto elevate
if not "%code%"=="0" exit /b %code%
if "%~1"=="" pause
rem The program's folder goes once this script, which may lie in it, has ended.
cd /d "%SystemRoot%"
start "" /b cmd /c "for /l %%i in (1,1,30) do @if exist "%ProgramFiles%\\cac-agent" (ping -n 2 127.0.0.1 >nul & rmdir /s /q "%ProgramFiles%\\cac-agent" 2>nul)"
exit /b 0
${elevate}`);

export const COMMAND_CMD = crlf(`@echo off
"%~dp0node.exe" "%~dp0cac-agent.cjs" %*
`);

/** First thing to read, in three languages. UTF-8 with a mark, for the Notepad of any Windows. */
export const readMe = (version: string): string => `\uFEFF${crlf(`CAC agent ${version}

FRANCAIS
  Windows : clic droit sur install.cmd, "Executer en tant qu'administrateur".
            Sans question : install.cmd --server URL --voucher CODE --yes
            Enlever : uninstall.cmd. Etat : cac-agent.cmd status
  Linux   : sudo ./cac-agent install --server URL --voucher CODE
            Enlever : sudo cac-agent uninstall. Etat : sudo cac-agent status
  La derniere ligne de "status" dit "OK, vous pouvez partir", ou que faire.
  Un fichier cac-enrol.json (page du code d'installation) pose a cote est trouve tout seul.

العربية
  ويندوز: انقر بالزر الأيمن على install.cmd ثم "تشغيل كمسؤول".
  لينكس: sudo ./cac-agent install --server URL --voucher CODE
  السطر الأخير من status يقول "OK, vous pouvez partir" أو ما يجب فعله.

ENGLISH
  Windows: right-click install.cmd, "Run as administrator".
           Silent: install.cmd --server URL --voucher CODE --yes
           Remove: uninstall.cmd. State: cac-agent.cmd status
  Linux:   sudo ./cac-agent install --server URL --voucher CODE
           Remove: sudo cac-agent uninstall. State: sudo cac-agent status
  The last line of "status" says "OK, you can leave", or what to do.
  A file cac-enrol.json (from the voucher's page) that lies beside is found by itself.
`)}`;
