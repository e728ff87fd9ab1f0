"""Publishing: captions, report, receipt and the result that names everything an asset gave."""
