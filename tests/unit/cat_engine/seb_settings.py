"""The settings of a file that SEB for Windows 2.2.3 wrote, with the Config Key that it shows.

Restated by kind of value. Source: the case "unencrypted_win2.2.3" in the tests of the SEB plug-in
for Moodle (catalyst/moodle-quizaccess_seb, tests/config_key_test.php with its fixture).
"""

import base64
from typing import Any

WINDOWS_CONFIG_KEY = "fc6f4ea5922717760f4d6d536c23b8d19bf20b52aa97940f5427a76e20f49026"

_TRUE = """
allowDownUploads allowedDisplayBuiltin allowPreferencesWindow allowQuit allowVirtualMachine
audioControlEnabled browserURLSalt browserWindowAllowReload createNewDesktop detectStoppedProcess
downloadAndOpenSebConfig enableAltTab enableAppSwitcherCheck enableEsc enableF1 enableF2 enableF3
enableF4 enableF5 enableF6 enableF7 enableF8 enableF9 enableF10 enableF11 enableF12
enableJavaScript enableLogging enablePlugIns enablePrivateClipboard enableRightMouse
enableSebBrowser enableZoomPage enableZoomText forceAppFolderInstall hookKeys ignoreExitKeys
lockOnMessageSocketClose monitorProcesses newBrowserWindowAllowReload newBrowserWindowNavigation
quitURLConfirm restartExamPasswordProtected sendBrowserExamKey showInputLanguage showReloadButton
showReloadWarning showTaskBar showTime urlFilterRegex urlFilterTrustedContent
"""
_FALSE = """
allowAudioCapture allowBrowsingBackForward allowDictation allowDictionaryLookup
allowDisplayMirroring allowFlashFullscreen allowPDFPlugIn allowScreenSharing allowSiri
allowSpellCheck allowSwitchToApplications allowUserAppFolderInstall allowVideoCapture allowWlan
audioMute audioSetVolumeLevel backgroundOpenSEBConfig blockPopUpWindows browserScreenKeyboard
downloadPDFFiles enableAltEsc enableAltF4 enableAltMouseWheel enableBrowserWindowToolbar
enableCtrlEsc enableJava enablePrintScreen enableStartMenu enableTouchExit enableURLContentFilter
enableURLFilter hideBrowserWindowToolbar insideSebEnableChangeAPassword
insideSebEnableEaseOfAccess insideSebEnableEnableNetworkConnectionSelector
insideSebEnableLockThisComputer insideSebEnableLogOff insideSebEnableShutDown
insideSebEnableStartTaskManager insideSebEnableSwitchUser insideSebEnableVmWareClientShade
killExplorerShell newBrowserWindowByLinkBlockForeign newBrowserWindowByScriptBlockForeign
newBrowserWindowShowReloadWarning openDownloads pinEmbeddedCertificates removeBrowserProfile
removeLocalStorage restartExamUseStartURL showMenuBar touchOptimized URLFilterEnable
URLFilterEnableContentFilter useAsymmetricOnlyEncryption
"""
_EMPTY_TEXT = """
blacklistURLFilter browserExamKey browserUserAgent browserUserAgentMacCustom
browserUserAgentWinDesktopModeCustom browserUserAgentWinTouchModeCustom browserWindowTitleSuffix
downloadDirectoryWin hashedAdminPassword hashedQuitPassword logDirectoryWin quitURL
restartExamText restartExamURL sebServerURL startResource whitelistURLFilter
"""
_EMPTY_LIST = """
additionalDictionaries additionalResources allowSpellCheckDictionary embeddedCertificates
URLFilterRules
"""
_NUMBERS = {
    "allowedDisplaysMaxNumber": 1,
    "audioVolumeLevel": 25,
    "browserMessagingPingTime": 120000,
    "browserUserAgentMac": 0,
    "browserUserAgentWinDesktopMode": 0,
    "browserUserAgentWinTouchMode": 0,
    "browserViewMode": 0,
    "chooseFileToUploadPolicy": 0,
    "exitKey1": 2,
    "exitKey2": 10,
    "exitKey3": 5,
    "mainBrowserWindowPositioning": 1,
    "minMacOSVersion": 4,
    "newBrowserWindowByLinkPolicy": 2,
    "newBrowserWindowByLinkPositioning": 2,
    "newBrowserWindowByScriptPolicy": 2,
    "oskBehavior": 2,
    "proxySettingsPolicy": 0,
    "sebConfigPurpose": 0,
    "sebMode": 0,
    "sebServicePolicy": 1,
    "taskBarHeight": 40,
    "zoomMode": 0,
}
_TEXTS = {
    "browserMessagingSocket": "ws://localhost:8706",
    "browserUserAgentWinTouchModeIPad": (
        "Mozilla/5.0 (iPad; CPU OS 11_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/11.3 Mobile/15E216 Safari/605.1.15"
    ),
    "downloadDirectoryOSX": "~/Downloads",
    "logDirectoryOSX": "~/Documents",
    "mainBrowserWindowHeight": "100%",
    "mainBrowserWindowWidth": "100%",
    "newBrowserWindowByLinkHeight": "100%",
    "newBrowserWindowByLinkWidth": "1000",
    "originatorVersion": "SEB_Win_2.1.1",
    "startURL": "https://safeexambrowser.org/start",
}
_PROXY_TEXTS = "Proxy Username Password"
_PROXIES = {"HTTP": 80, "HTTPS": 443, "FTP": 21, "SOCKS": 1080, "RTSP": 554}
_PROHIBITED = """
join.me RPCSuite RPCService RemotePCDesktop beamyourscreen-host AeroAdmin Mikogo-host chromoting
vncserverui vncviewer vncserver TeamViewer GotoMeetingWinStore g2mcomm.exe SkypeHost Skype
"""


def windows_settings() -> dict[str, Any]:
    """Everything that stands in the file."""
    return {
        **dict.fromkeys(_TRUE.split(), True),
        **dict.fromkeys(_FALSE.split(), False),
        **dict.fromkeys(_EMPTY_TEXT.split(), ""),
        **{name: [] for name in _EMPTY_LIST.split()},
        **_NUMBERS,
        **_TEXTS,
        "examKeySalt": base64.b64decode("QJAqvg89YMP6JagAshUm6QqpqpsrVS9ZWUYjdZhfEao="),
        "proxies": _proxies(),
        "permittedProcesses": [_firefox()],
        "prohibitedProcesses": [_prohibited(name) for name in _PROHIBITED.split()],
    }


def _proxies() -> dict[str, Any]:
    found: dict[str, Any] = {
        "ExceptionsList": [],
        "ExcludeSimpleHostnames": False,
        "AutoDiscoveryEnabled": False,
        "AutoConfigurationEnabled": False,
        "AutoConfigurationJavaScript": "",
        "AutoConfigurationURL": "",
        "FTPPassive": True,
    }
    for kind, port in _PROXIES.items():
        found |= {f"{kind}Enable": False, f"{kind}Port": port, f"{kind}RequiresPassword": False}
        found |= {f"{kind}{name}": "" for name in _PROXY_TEXTS.split()}
    return found


def _firefox() -> dict[str, Any]:
    return {
        "active": True,
        "autostart": True,
        "iconInTaskbar": True,
        "runInBackground": False,
        "allowUserToChooseApp": False,
        "strongKill": False,
        "os": 1,
        "title": "SEB",
        "description": "",
        "executable": "firefox.exe",
        "originalName": "firefox.exe",
        "path": "../xulrunner/",
        "identifier": "Firefox",
        "windowHandlingProcess": "",
        "arguments": [],
    }


def _prohibited(name: str) -> dict[str, Any]:
    return {
        "active": True,
        "currentUser": True,
        "strongKill": False,
        "os": 1,
        "executable": name,
        "originalName": name,
        "description": "",
        "identifier": "",
        "windowHandlingProcess": "",
        "user": "",
    }
