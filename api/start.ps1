# Starts the service on Windows, and stays until it ends.
#
#   powershell -ExecutionPolicy Bypass -File api\start.ps1 -Workspace D:\my_city -Workers 2
#
# The first start makes a virtual environment beside this folder and installs the toolkit into it.
# Settings are read from the environment (docs/service.md). To run it without anyone signed in, make
# a task in the Task Scheduler that runs this line at start-up as an account without rights.

param(
    [string]$Workspace = "",
    [string]$Address = "127.0.0.1",
    [ValidateRange(1, 65535)][int]$Port = 8000,
    [ValidateRange(1, 64)][int]$Workers = 2,
    [int]$WaitSeconds = 60
)
$ErrorActionPreference = "Stop"
$checkout = Split-Path -Parent $PSScriptRoot
$program = Join-Path $checkout ".venv\Scripts\geo-toolkit.exe"

if (-not (Test-Path $program)) {
    Write-Host "Making the virtual environment (once)"
    & py -3 -m venv (Join-Path $checkout ".venv")
    if ($LASTEXITCODE -ne 0) { throw "py -3 -m venv failed; install Python 3.11 or newer" }
    $python = Join-Path $checkout ".venv\Scripts\python.exe"
    & $python -m pip install --quiet "$checkout[api,report,fast]"
    if ($LASTEXITCODE -ne 0) { throw "pip install failed; see the lines above" }
}
if ($Workspace -ne "") { $env:GEO_TOOLKIT_WORKSPACE = (Resolve-Path $Workspace).Path }
$env:PYTHONUTF8 = "1"

$arguments = @("serve", "--host", $Address, "--port", $Port, "--workers", $Workers)
$service = Start-Process -FilePath $program -ArgumentList $arguments -NoNewWindow -PassThru
$null = $service.Handle  # else its exit code is not known later

try {
    $asked = if ($Address -in @("0.0.0.0", "::")) { "127.0.0.1" } else { $Address }
    $deadline = (Get-Date).AddSeconds($WaitSeconds)
    $answers = $false
    while (-not $answers -and (Get-Date) -lt $deadline) {
        if ($service.HasExited) { throw "the service ended with code $($service.ExitCode)" }
        try {
            $health = Invoke-WebRequest -UseBasicParsing -TimeoutSec 2 "http://${asked}:$Port/health"
            $answers = $health.StatusCode -eq 200
        } catch {
            Start-Sleep -Milliseconds 500
        }
    }
    if (-not $answers) { throw "the service did not answer within $WaitSeconds seconds" }
    Write-Host "The service answers on http://${asked}:$Port/ ; Ctrl+C ends it"
    $service.WaitForExit()
    exit $service.ExitCode
} finally {
    # the worker processes end with the one that started them
    if (-not $service.HasExited) { & taskkill /PID $service.Id /T /F | Out-Null }
}
