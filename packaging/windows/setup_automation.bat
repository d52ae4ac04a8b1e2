@echo off
rem Lets the Task Scheduler of Windows process the waiting tickets regularly, for those who want no service:
rem
rem   setup_automation.bat [MINUTES] [OPTION...]
rem
rem Makes the task "ai-ticketd", or replaces it: every MINUTES minutes (10 unless it is given; 1 to 1439) it runs
rem ai-ticketd.exe --once --limit 0 with the OPTIONs, as LocalService. Configuration and secrets come from
rem %ProgramData%\ai-ticketd: see WINDOWS.md. While a run is not over, none begins. To remove the task:
rem
rem   schtasks /Delete /TN ai-ticketd
setlocal
set "minutes=10"
if not "%~1"=="" set "minutes=%~1"
set /a number=minutes 2>nul
if not "%number%"=="%minutes%" goto usage
if %number% LSS 1 goto usage
if %number% GTR 1439 goto usage
if not exist "%~dp0ai-ticketd.exe" (
	echo setup_automation: ai-ticketd.exe is not beside this file: unpack both into one folder 1>&2
	exit /b 1
)
set "options="
:collect
shift
if "%~1"=="" goto collected
set "options=%options% %1"
goto collect
:collected
set "secrets=%ProgramData%\ai-ticketd\ai-ticketd.env"
if exist "%secrets%" set "options= --env-file \"%secrets%\"%options%"
schtasks /Create /F /TN ai-ticketd /SC MINUTE /MO %minutes% /RU "NT AUTHORITY\LOCAL SERVICE" /TR "\"%~dp0ai-ticketd.exe\" --once --limit 0%options%"
if errorlevel 1 (
	echo setup_automation: the task was not made: an administrator has to do this 1>&2
	exit /b 1
)
echo Every %minutes% minutes the waiting tickets are processed. Try it now: schtasks /Run /TN ai-ticketd
exit /b 0

:usage
echo usage: setup_automation.bat [MINUTES] [OPTION...], with 1 to 1439 minutes 1>&2
exit /b 2
