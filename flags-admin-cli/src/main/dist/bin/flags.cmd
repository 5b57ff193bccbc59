@echo off
rem Starts the flags command line from an unpacked distribution. Needs a Java runtime, 17 or newer, and nothing else.
rem The first run leaves a class-data archive in the cache directory, so that later ones start in a fraction of the time.
setlocal
set "FLAGS_HOME=%~dp0.."
set "FLAGS_JAVA=java"
if defined JAVA_HOME set "FLAGS_JAVA=%JAVA_HOME%\bin\java.exe"
"%FLAGS_JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo flags: no Java found. Install a Java runtime, 17 or newer, or point JAVA_HOME at one. 1>&2
  exit /b 1
)
set "FLAGS_CACHE=%LOCALAPPDATA%\flags"
set "FLAGS_ARCHIVE=%FLAGS_CACHE%\flags-@project.version@.jsa"
set FLAGS_FAST=-Xshare:auto -Xlog:disable -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData
if exist "%FLAGS_ARCHIVE%" (
  "%FLAGS_JAVA%" %FLAGS_FAST% "-XX:SharedArchiveFile=%FLAGS_ARCHIVE%" %FLAGS_JAVA_OPTIONS% -cp "%FLAGS_HOME%\lib\*" dev.flags.cli.Main %*
  exit /b
)
"%FLAGS_JAVA%" %FLAGS_FAST% %FLAGS_JAVA_OPTIONS% -cp "%FLAGS_HOME%\lib\*" dev.flags.cli.Main %*
set FLAGS_CODE=%ERRORLEVEL%
if not exist "%FLAGS_CACHE%" mkdir "%FLAGS_CACHE%" >nul 2>&1
"%FLAGS_JAVA%" %FLAGS_FAST% "-XX:ArchiveClassesAtExit=%FLAGS_ARCHIVE%" -cp "%FLAGS_HOME%\lib\*" dev.flags.cli.StartupTraining >nul 2>&1 <nul
exit /b %FLAGS_CODE%
