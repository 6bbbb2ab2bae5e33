//! What to click, in ten steps.

use secrecy::ExposeSecret;
use world::{PASSWORD, SERIAL_NUMBER, World};

use crate::shop::{ADMINISTRATOR, HELPER, Shop};

pub fn print(shop: &Shop, world: &World) {
    let organization = &world.office.organization;
    let (console, desk, id) = (&shop.url, &world.office.url, &organization.service_organization_id);
    let code = organization.verification_code.expose_secret();
    let [license, envelope] = shop.mail.each_ref().map(|file| file.display());
    let inbox = world.inbox();
    let inbox = inbox.display();
    println!(
        "\
Both sites are open, on this computer alone:
  the print shop's console   {console}   log in as {ADMINISTRATOR}, {PASSWORD}
  the help desk              {desk}   log in as {HELPER}, {PASSWORD}
The help desk's certificate is of this demo's own authority: let your browser pass.

 1. Console, log in. No license is installed yet: [Install the first license].
      License file       {license}
      Signed envelope    {envelope}
    The About box says what was bought, and that the license server uses it.
 2. [General settings]: tick [Enabled].
      Service organization ID    {id}
      Verification code          {code}
    The serial number {SERIAL_NUMBER} is there already. Under [Proxy server] this demo has [No proxy server].
 3. [Test connection]: the report appears stage by stage. Nothing is saved yet.
 4. [Save]: the status icon turns green.
 5. [Allow remote assistance]: tick [Remote assistance], [Save].
 6. Help desk, log in: \"RDP\" and \"VPN\" stand beside {SERIAL_NUMBER} within 5 seconds.
 7. There, open {SERIAL_NUMBER} and ask for a session. The console asks you: [Allow] as much as you like. The banner
    stays until [End]. No screen is shown: the remote desktop program is a stand-in.
 8. Press Enter here: the vendor publishes a renewal. The console says what is new, and the About box has it.
 9. [General settings]: choose [Remote Floating License Server, copied manually], [Save], and press Enter here again.
    [Failed to update license on:] appears at the bottom. Save both files and copy them, the envelope first, to
      {inbox}
    The section goes, because the license server says that it uses the license.
10. Press Enter a third time: the back office goes away. The status icon turns orange, and says what failed.

Ctrl-C ends everything and leaves nothing behind.
"
    );
}
