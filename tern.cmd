@echo off
rem Starts Tern from its source tree: builds on first use, then runs. Builds again after `del app\target\dist\lib\tern.jar`.
rem   JAVA_HOME        a JDK 25 or newer; without it, the java of the PATH
rem   TERN_JAVA_OPTS   JVM flags of `tern broker`, in place of its collector and heap
setlocal
set "TERN_HOME=%~dp0"
set "TERN_JAR=%TERN_HOME%app\target\dist\lib\tern.jar"
set "TERN_JAVA=java"
if defined JAVA_HOME set "TERN_JAVA=%JAVA_HOME%\bin\java"

if exist "%TERN_JAR%" goto run
if "%~1"=="" goto help
if "%~1"=="-h" goto help
if "%~1"=="--help" goto help
if "%~1"=="help" goto help

"%TERN_JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo tern: needs a JDK 25 or newer; install one, Temurin 25 will do, and set JAVA_HOME 1>&2
    exit /b 1
)
echo tern: building, which takes about a minute... 1>&2
pushd "%TERN_HOME%"
call mvnw.cmd -q -B -ntp -Dmaven.test.skip=true -pl app -am package 1>&2
set TERN_BUILT=%errorlevel%
popd
if not "%TERN_BUILT%"=="0" (
    echo tern: the build failed 1>&2
    exit /b 1
)

:run
set "TERN_OPTS=-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
if "%~1"=="broker" set "TERN_OPTS=-XX:MaxGCPauseMillis=20 -XX:+UseG1GC -XX:MaxNewSize=512m -XX:MaxRAMPercentage=50"
if "%~1"=="broker" if defined TERN_JAVA_OPTS set "TERN_OPTS=-XX:MaxGCPauseMillis=20 %TERN_JAVA_OPTS%"
if "%~1"=="bench" set "TERN_OPTS=-XX:+UseSerialGC -Xmx1g"
"%TERN_JAVA%" -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ^
    -Dio.netty.leakDetection.level=disabled -Dio.netty.jfr.enabled=false %TERN_OPTS% ^
    -cp "%TERN_JAR%" io.tern.app.Main %*
exit /b %errorlevel%

:help
echo Usage: tern [-hV] COMMAND
echo An MQTT broker and its tools. The first command builds it, which takes about a minute and needs a JDK 25.
echo Commands: broker store restore passwd acl pub sub request probe bench bans reload delayed backup figures
echo   tern broker              runs a broker on this machine
echo   tern COMMAND --help      tells more
exit /b 0
