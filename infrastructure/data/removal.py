"""What becomes of a resource whose loss is final, where its stack fails, is deleted, or replaces it.

All of them outlive their stack and their own replacement. They differ in the deployment that first made them and failed
(RetainExceptOnCreate: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html).
"""

from aws_cdk import RemovalPolicy

# Nothing was written to it yet: a deployment that fails takes back what it made, so that nobody pays for leavings.
# A key is only scheduled for deletion then, and can be called back for its pending days.
TAKEN_BACK_IF_NEW = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
# CloudFormation could not delete it and its roll-back would fail: a table is protected, a bucket to which a service of
# AWS writes is no longer empty. The key of such a table stays with it.
ALWAYS_KEPT = RemovalPolicy.RETAIN
